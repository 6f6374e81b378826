package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Rules of matrix products. */
final class MatrixProducts {
  private MatrixProducts() {}

  /** {@code dA = dY B'}, {@code dB = A' dY}, summed over batch axes that were broadcast. */
  static void matMul(Site site) {
    GraphBuilder graph = site.graph();
    int rank = site.rank(site.output(0));
    boolean row = site.rank(site.input(0)) == 1;
    boolean column = site.rank(site.input(1)) == 1;
    String gradient = site.full(site.gradient(), site.output(0));
    // A vector on the left is a row, on the right a column; the result lacks that axis.
    if (column) {
      gradient = graph.unsqueeze(gradient, rank);
    }
    if (row) {
      gradient = graph.unsqueeze(gradient, column ? rank : rank - 1);
    }
    String left = row ? graph.unsqueeze(site.input(0), 0) : site.input(0);
    String right = column ? graph.unsqueeze(site.input(1), 1) : site.input(1);
    if (site.active(0)) {
      site.accumulateSummed(0, graph.matMul(gradient, transposed(site, right)));
    }
    if (site.active(1)) {
      String product = graph.matMul(transposed(site, left), gradient);
      int last = site.rank(product) - 1;
      site.accumulateSummed(1, column ? graph.squeeze(product, last) : product);
    }
  }

  /** Swaps the last two axes. */
  private static String transposed(Site site, String matrix) {
    int rank = site.rank(matrix);
    long[] permutation = LongStream.range(0, rank).toArray();
    permutation[rank - 2] = rank - 1L;
    permutation[rank - 1] = rank - 2L;
    return site.graph().transpose(matrix, permutation);
  }

  /** {@code Y = alpha A B + beta C}, A and B as they are or transposed. */
  static void gemm(Site site) {
    GraphBuilder graph = site.graph();
    boolean transA = site.node().intAttribute("transA", 0) != 0;
    boolean transB = site.node().intAttribute("transB", 0) != 0;
    String a = site.input(0);
    String b = site.input(1);
    String gradient = site.full(site.gradient(), site.output(0));
    if (site.active(0)) {
      site.accumulate(
          0,
          transA ? gemm(site, b, transB, gradient, true) : gemm(site, gradient, false, b, !transB));
    }
    if (site.active(1)) {
      site.accumulate(
          1,
          transB ? gemm(site, gradient, true, a, transA) : gemm(site, a, !transA, gradient, false));
    }
    if (site.active(2)) {
      float beta = site.node().floatAttribute("beta", 1);
      site.accumulateBroadcast(2, beta == 1 ? gradient : graph.mul(gradient, site.scalar(beta)));
    }
  }

  private static String gemm(Site site, String a, boolean transA, String b, boolean transB) {
    List<String> operands = new ArrayList<>(List.of(a, b));
    if (site.opset() < 11) {
      // Until then there must be a summand.
      operands.add(site.scalar(0));
    }
    return site.graph()
        .op(
            "Gemm",
            "matrix",
            Map.of(
                "alpha", Attribute.of(site.node().floatAttribute("alpha", 1)),
                "transA", Attribute.of(transA ? 1L : 0L),
                "transB", Attribute.of(transB ? 1L : 0L)),
            operands);
  }
}
