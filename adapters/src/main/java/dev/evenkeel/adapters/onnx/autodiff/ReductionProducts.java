package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Rules of operators that make one number of many, and of those that share out among many. */
final class ReductionProducts {
  /** Keeps a quotient by the norm of a zero vector finite; its numerator is zero then. */
  private static final double TINY = 1e-30;

  private ReductionProducts() {}

  /** {@code dx = y (dy - sum(dy y))}. */
  static void softmax(Site site) {
    GraphBuilder graph = site.graph();
    String y = site.output(0);
    String sum = graph.sum(graph.mul(site.gradient(), y), softmaxAxes(site));
    site.accumulate(0, graph.mul(y, graph.sub(site.gradient(), sum)));
  }

  /** {@code dx = dy - exp(y) sum(dy)}. */
  static void logSoftmax(Site site) {
    GraphBuilder graph = site.graph();
    String gradient = site.full(site.gradient(), site.output(0));
    String sum = graph.sum(gradient, softmaxAxes(site));
    String shared = graph.mul(graph.op("Exp", "softmax", site.output(0)), sum);
    site.accumulate(0, graph.sub(gradient, shared));
  }

  /** One axis; before opset 13 all axes from that one on. */
  private static int[] softmaxAxes(Site site) {
    return site.opset() < 13
        ? IntStream.range(site.axis("axis", 1), site.rank(site.input(0))).toArray()
        : new int[] {site.axis("axis", -1)};
  }

  static void sum(Site site) {
    site.accumulate(0, spread(site, site.gradient()));
  }

  static void mean(Site site) {
    List<Integer> axes = Arrays.stream(axes(site)).boxed().toList();
    site.accumulate(0, site.perElement(spread(site, site.gradient()), site.input(0), axes));
  }

  /** For the largest or smallest element; ties share. */
  static VectorJacobianProduct extreme(String isBeaten) {
    return site -> {
      GraphBuilder graph = site.graph();
      String x = site.input(0);
      String beaten = graph.op(isBeaten, "beaten", x, spread(site, site.output(0)));
      String wins = graph.cast(graph.op("Not", "wins", beaten), site.type(x));
      int[] axes = axes(site);
      String winners = axes.length == 0 ? wins : graph.sum(wins, axes);
      site.accumulate(0, graph.mul(wins, graph.div(spread(site, site.gradient()), winners)));
    };
  }

  static void l1(Site site) {
    GraphBuilder graph = site.graph();
    String sign = graph.op("Sign", "sign", site.input(0));
    site.accumulate(0, graph.mul(sign, spread(site, site.gradient())));
  }

  /** {@code x / y}. */
  static void l2(Site site) {
    GraphBuilder graph = site.graph();
    String norm = graph.op("Max", "norm", site.output(0), site.scalar(TINY));
    String share = graph.div(site.full(site.gradient(), site.output(0)), norm);
    site.accumulate(0, graph.mul(site.input(0), spread(site, share)));
  }

  static void sumSquare(Site site) {
    GraphBuilder graph = site.graph();
    String twice = graph.mul(spread(site, site.gradient()), site.scalar(2));
    site.accumulate(0, graph.mul(site.input(0), twice));
  }

  /** {@code exp(-y)}. */
  static void logSum(Site site) {
    GraphBuilder graph = site.graph();
    String sum = graph.op("Exp", "sum", site.output(0));
    site.accumulate(0, spread(site, graph.div(site.gradient(), sum)));
  }

  /** {@code exp(x - y)}. */
  static void logSumExp(Site site) {
    GraphBuilder graph = site.graph();
    String distance = graph.sub(site.input(0), spread(site, site.output(0)));
    String share = graph.op("Exp", "share", distance);
    site.accumulate(0, graph.mul(share, spread(site, site.gradient())));
  }

  /**
   * With norm n: {@code dx = (dy - s sum(dy y)) / n}, where s is y for the Euclidean norm and the
   * sign of x for the sum of absolute values.
   */
  static void unitLength(Site site) {
    GraphBuilder graph = site.graph();
    int axis = site.axis("axis", -1);
    boolean euclidean = site.node().intAttribute("p", 2) == 2;
    String x = site.input(0);
    String y = site.output(0);
    String norm = graph.reduce(euclidean ? "ReduceL2" : "ReduceL1", x, true, axis);
    String inner = graph.sum(graph.mul(site.gradient(), y), axis);
    String along = graph.mul(euclidean ? y : graph.op("Sign", "sign", x), inner);
    String divisor = graph.op("Max", "norm", norm, site.scalar(TINY));
    site.accumulate(0, graph.div(graph.sub(site.gradient(), along), divisor));
  }

  /** Gives a value of the output's shape the reduced axes back, with size 1. */
  private static String spread(Site site, String value) {
    int[] axes = axes(site);
    boolean kept = site.node().intAttribute("keepdims", 1) != 0;
    return kept || axes.length == 0
        ? value
        : site.graph().unsqueeze(site.full(value, site.output(0)), axes);
  }

  /** The reduced axes, counted from the first; empty if there is nothing to reduce. */
  private static int[] axes(Site site) {
    int rank = site.rank(site.input(0));
    long[] given = site.node().intsAttribute("axes");
    if (!site.input(1).isEmpty()) {
      Optional<Tensor> constant = site.constant(site.input(1));
      given = constant.orElseThrow(() -> site.unsupported("its axes are not constant")).toLongs();
    }
    if (given != null && given.length > 0) {
      return Arrays.stream(given)
          .mapToInt(axis -> (int) (axis < 0 ? axis + rank : axis))
          .sorted()
          .toArray();
    }
    return site.node().intAttribute("noop_with_empty_axes", 0) != 0
        ? new int[0]
        : IntStream.range(0, rank).toArray();
  }
}
