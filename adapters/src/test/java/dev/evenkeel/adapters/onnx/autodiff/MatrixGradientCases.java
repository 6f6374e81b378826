package dev.evenkeel.adapters.onnx.autodiff;

/** Cases of matrix products. */
final class MatrixGradientCases {
  private MatrixGradientCases() {}

  static void add(GradientCases table) {
    table.add("MatMul", table.normal(3, 4), table.normal(4, 5));
    table.remarked("MatMul", "in batches", table.normal(2, 3, 3, 4), table.normal(2, 3, 4, 2));
    table.remarked("MatMul", "by weights", table.normal(2, 3, 4), table.normal(4, 5));
    table
        .remarked("MatMul", "of broadcast batches", table.normal(2, 1, 3, 4), table.normal(5, 4, 2))
        .closed();
    table.remarked("MatMul", "vector left", table.normal(4), table.normal(2, 4, 3)).closed();
    table.remarked("MatMul", "vector right", table.normal(2, 3, 4), table.normal(4));
    table.remarked("MatMul", "vectors", table.normal(4), table.normal(4)).closed();
    table.remarked("MatMul", "in opset 9", table.normal(2, 3, 4), table.normal(4)).opset(9);
    for (int transA = 0; transA < 2; transA++) {
      for (int transB = 0; transB < 2; transB++) {
        for (int opset : new int[] {9, 17}) {
          table
              .remarked(
                  "Gemm",
                  transA + " " + transB + " opset " + opset,
                  transA == 0 ? table.normal(3, 4) : table.normal(4, 3),
                  transB == 0 ? table.normal(4, 5) : table.normal(5, 4),
                  table.normal(5))
              .with("transA", transA)
              .with("transB", transB)
              .with("alpha", 0.5f)
              .with("beta", 2f)
              .opset(opset);
        }
      }
    }
    table.remarked("Gemm", "without summand", table.normal(3, 4), table.normal(4, 5));
    table.remarked(
        "Gemm", "with a column", table.normal(3, 4), table.normal(4, 5), table.normal(3, 1));
  }
}
