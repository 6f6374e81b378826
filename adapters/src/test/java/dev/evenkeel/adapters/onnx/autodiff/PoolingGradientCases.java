package dev.evenkeel.adapters.onnx.autodiff;

/** Cases of the poolings. */
final class PoolingGradientCases {
  private PoolingGradientCases() {}

  static void add(GradientCases table) {
    table.add("GlobalAveragePool", table.normal(2, 3, 4, 5));
  }
}
