package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Rules of normalisations. */
final class NormalizationProducts {
  private NormalizationProducts() {}

  /** With stored statistics: a slope per channel, which they and the parameters make. */
  static void batchNormalization(Site site) {
    if (site.node().intAttribute("training_mode", 0) != 0 || !site.output(1).isEmpty()) {
      throw site.unsupported("it is in training mode");
    }
    GraphBuilder graph = site.graph();
    String scale = site.input(1);
    String inverse = inverseDeviation(site, site.input(4));
    String slope = graph.mul(scale, inverse);
    site.accumulate(0, graph.mul(site.gradient(), perChannel(site, slope)));
    if (!IntStream.range(1, 5).anyMatch(site::active)) {
      return;
    }
    String sum = site.sumPerChannel(site.gradient());
    site.accumulate(2, sum);
    if (site.active(3)) {
      site.accumulate(3, graph.op("Neg", "negative", graph.mul(slope, sum)));
    }
    if (site.active(1) || site.active(4)) {
      String product = site.sumPerChannel(graph.mul(site.gradient(), site.input(0)));
      String centred = graph.sub(product, graph.mul(site.input(3), sum));
      String scaleGradient = graph.mul(inverse, centred);
      site.accumulate(1, scaleGradient);
      if (site.active(4)) {
        String factor = graph.mul(graph.mul(slope, inverse), site.scalar(-0.5));
        site.accumulate(4, graph.mul(scaleGradient, factor));
      }
    }
  }

  static void layerNormalization(Site site) {
    if (site.gradient(1) != null || site.gradient(2) != null) {
      throw site.unsupported("its statistics are used");
    }
    GraphBuilder graph = site.graph();
    int[] axes = IntStream.range(site.axis("axis", -1), site.rank(site.input(0))).toArray();
    UnaryOperator<String> mean = value -> graph.mean(value, axes);
    Standardized x = standardize(site, site.input(0), mean);
    String gradient = site.full(site.gradient(), site.output(0));
    if (site.active(0)) {
      site.accumulate(0, x.backward(graph, graph.mul(gradient, site.input(1))));
    }
    if (site.active(1)) {
      site.accumulateBroadcast(1, graph.mul(gradient, x.normal()));
    }
    site.accumulateBroadcast(2, gradient);
  }

  static void instanceNormalization(Site site) {
    GraphBuilder graph = site.graph();
    UnaryOperator<String> mean = value -> graph.op("GlobalAveragePool", "mean", value);
    Standardized x = standardize(site, site.input(0), mean);
    String gradient = site.full(site.gradient(), site.output(0));
    if (site.active(0)) {
      String scaled = graph.mul(gradient, perChannel(site, site.input(1)));
      site.accumulate(0, x.backward(graph, scaled));
    }
    if (site.active(1)) {
      site.accumulate(1, site.sumPerChannel(graph.mul(gradient, x.normal())));
    }
    if (site.active(2)) {
      site.accumulate(2, site.sumPerChannel(gradient));
    }
  }

  /** Statistics over the channels of a group; parameters per group before opset 21. */
  static void groupNormalization(Site site) {
    GraphBuilder graph = site.graph();
    Groups groups = Groups.of(site);
    Standardized x = standardize(site, groups.join(site.input(0)), value -> graph.mean(value, 2));
    String gradient = site.full(site.gradient(), site.output(0));
    if (site.active(0)) {
      String scale = perChannel(site, groups.toChannels(site.input(1)));
      String grouped = groups.join(graph.mul(gradient, scale));
      site.accumulate(0, groups.part(x.backward(graph, grouped)));
    }
    if (site.active(1)) {
      String product = graph.mul(gradient, groups.part(x.normal()));
      site.accumulate(1, groups.fromChannels(site.sumPerChannel(product)));
    }
    if (site.active(2)) {
      site.accumulate(2, groups.fromChannels(site.sumPerChannel(gradient)));
    }
  }

  /**
   * A value normalised over some axes, and the reciprocal of its deviation.
   *
   * @param mean the mean over those axes
   */
  private record Standardized(String normal, String inverse, UnaryOperator<String> mean) {
    /** {@code (g - mean(g) - normal mean(g normal)) / deviation}. */
    String backward(GraphBuilder graph, String gradient) {
      String centred = graph.sub(gradient, mean.apply(gradient));
      String along = graph.mul(normal, mean.apply(graph.mul(gradient, normal)));
      return graph.mul(graph.sub(centred, along), inverse);
    }
  }

  private static Standardized standardize(Site site, String x, UnaryOperator<String> mean) {
    GraphBuilder graph = site.graph();
    String centred = graph.sub(x, mean.apply(x));
    String inverse = inverseDeviation(site, mean.apply(graph.mul(centred, centred)));
    return new Standardized(graph.mul(centred, inverse), inverse, mean);
  }

  private static String inverseDeviation(Site site, String variance) {
    GraphBuilder graph = site.graph();
    double epsilon = site.node().floatAttribute("epsilon", 1e-5f);
    String deviation = graph.op("Sqrt", "deviation", graph.add(variance, site.scalar(epsilon)));
    return graph.op("Reciprocal", "inverse", deviation);
  }

  /** {@code [channels]} as {@code [channels, 1, ...]}. */
  private static String perChannel(Site site, String values) {
    int rank = site.rank(site.input(0));
    if (rank == 2) {
      return values;
    }
    long[] shape = new long[rank - 1];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    return site.graph().reshape(values, shape);
  }

  /**
   * The channels of a node in groups.
   *
   * @param count groups
   * @param width channels of a group
   * @param shared whether the channels of a group share their parameters
   */
  private record Groups(Site site, long count, long width, boolean shared) {
    static Groups of(Site site) {
      Dimension channels = site.requireShape(site.input(0)).get(1);
      if (!channels.isKnown()) {
        throw site.unsupported("the number of channels is not known");
      }
      long count = site.node().intAttribute("num_groups", 1);
      return new Groups(site, count, channels.size() / count, site.opset() < 21);
    }

    /** {@code [batch, groups, elements]}. */
    String join(String value) {
      return site.graph().reshape(value, 0, count, -1);
    }

    /** Undoes {@link #join}. */
    String part(String value) {
      return site.graph().op("Reshape", "reshaped", value, site.shapeVector(site.input(0)));
    }

    /** A parameter of the node as {@code [channels]}. */
    String toChannels(String parameter) {
      GraphBuilder graph = site.graph();
      if (!shared) {
        return parameter;
      }
      String column = graph.reshape(parameter, -1, 1);
      String repeated = graph.op("Expand", "expanded", column, graph.longs(count, width));
      return graph.reshape(repeated, -1);
    }

    /** The gradient of a parameter from gradients {@code [channels]}. */
    String fromChannels(String gradient) {
      GraphBuilder graph = site.graph();
      return shared
          ? graph.reduce("ReduceSum", graph.reshape(gradient, count, width), false, 1)
          : gradient;
    }
  }
}
