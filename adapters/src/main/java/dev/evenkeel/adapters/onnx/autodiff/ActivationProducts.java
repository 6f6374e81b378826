package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;

/** Rules of the activation functions; {@code x} is the input, {@code y} the output. */
final class ActivationProducts {
  private ActivationProducts() {}

  /**
   * 1 where y is positive. Of the ways to write this, ONNX Runtime computes a product with a cast
   * comparison fastest: 98 us for {@code [16, 32, 14, 14]} on one thread, against 132 for Where and
   * 169 for Sign.
   */
  static String relu(GraphBuilder graph, Site site) {
    String open = graph.op("Greater", "open", site.output(0), site.scalar(0));
    return graph.cast(open, site.type(site.input(0)));
  }

  static String leakyRelu(GraphBuilder graph, Site site) {
    double alpha = site.node().floatAttribute("alpha", 0.01f);
    return where(graph, isNegative(graph, site), site.scalar(alpha), site.scalar(1));
  }

  static void pRelu(Site site) {
    GraphBuilder graph = site.graph();
    String negative = isNegative(graph, site);
    String slope = where(graph, negative, site.input(1), site.scalar(1));
    site.accumulate(0, graph.mul(site.gradient(), slope));
    if (site.active(1)) {
      String held = where(graph, negative, site.input(0), site.scalar(0));
      site.accumulateBroadcast(1, graph.mul(site.gradient(), held));
    }
  }

  static String thresholdedRelu(GraphBuilder graph, Site site) {
    double alpha = site.node().floatAttribute("alpha", 1);
    String open = graph.op("Greater", "open", site.input(0), site.scalar(alpha));
    return where(graph, open, site.scalar(1), site.scalar(0));
  }

  /** {@code y (1 - y)}. */
  static String sigmoid(GraphBuilder graph, Site site) {
    return graph.mul(site.output(0), graph.sub(site.scalar(1), site.output(0)));
  }

  /** {@code 1 - y^2}. */
  static String tanh(GraphBuilder graph, Site site) {
    return oneMinusSquare(graph, site, site.output(0));
  }

  static String hardSigmoid(GraphBuilder graph, Site site) {
    double alpha = site.node().floatAttribute("alpha", 0.2f);
    String positive = graph.op("Greater", "positive", site.output(0), site.scalar(0));
    String belowOne = graph.op("Less", "below", site.output(0), site.scalar(1));
    String sloping = graph.op("And", "sloping", positive, belowOne);
    return where(graph, sloping, site.scalar(alpha), site.scalar(0));
  }

  /** 0 below -3, 1 above 3, {@code x / 3 + 1/2} between. */
  static String hardSwish(GraphBuilder graph, Site site) {
    String x = site.input(0);
    String third = graph.mul(x, site.scalar(1 / 3.0));
    String curved = graph.add(third, site.scalar(0.5));
    String high = graph.op("Greater", "high", x, site.scalar(3));
    String low = graph.op("Less", "low", x, site.scalar(-3));
    return where(graph, high, site.scalar(1), where(graph, low, site.scalar(0), curved));
  }

  /** {@code 2 / sqrt(pi) exp(-x^2)}. */
  static String erf(GraphBuilder graph, Site site) {
    return graph.mul(bell(graph, site, -1), site.scalar(2 / Math.sqrt(Math.PI)));
  }

  static String gelu(GraphBuilder graph, Site site) {
    return site.node().stringAttribute("approximate", "none").equals("tanh")
        ? geluByTanh(graph, site)
        : geluByErf(graph, site);
  }

  /** {@code (1 + erf(x / sqrt 2)) / 2 + x exp(-x^2 / 2) / sqrt(2 pi)}. */
  private static String geluByErf(GraphBuilder graph, Site site) {
    String x = site.input(0);
    String erf = graph.op("Erf", "erf", graph.mul(x, site.scalar(Math.sqrt(0.5))));
    String share = graph.mul(graph.add(erf, site.scalar(1)), site.scalar(0.5));
    String density = graph.mul(bell(graph, site, -0.5), site.scalar(1 / Math.sqrt(2 * Math.PI)));
    return graph.add(share, graph.mul(x, density));
  }

  /**
   * With {@code t = tanh(c (x + a x^3))}: {@code (1 + t) / 2 + x (1 - t^2) c (1 + 3 a x^2) / 2}.
   */
  private static String geluByTanh(GraphBuilder graph, Site site) {
    double a = 0.044715;
    double c = Math.sqrt(2 / Math.PI);
    String x = site.input(0);
    String square = graph.mul(x, x);
    String inner = graph.mul(x, graph.add(graph.mul(square, site.scalar(a * c)), site.scalar(c)));
    String t = graph.op("Tanh", "tanh", inner);
    String share = graph.mul(graph.add(t, site.scalar(1)), site.scalar(0.5));
    String slope = graph.add(graph.mul(square, site.scalar(1.5 * a * c)), site.scalar(0.5 * c));
    String growth = graph.mul(oneMinusSquare(graph, site, t), graph.mul(x, slope));
    return graph.add(share, growth);
  }

  static String softplus(GraphBuilder graph, Site site) {
    return graph.op("Sigmoid", "sigmoid", site.input(0));
  }

  /** {@code 1 / (1 + |x|)^2}. */
  static String softsign(GraphBuilder graph, Site site) {
    String size = graph.add(graph.op("Abs", "size", site.input(0)), site.scalar(1));
    return graph.op("Reciprocal", "slope", graph.mul(size, size));
  }

  /** With {@code t = tanh(softplus(x))}: {@code t + x (1 - t^2) sigmoid(x)}. */
  static String mish(GraphBuilder graph, Site site) {
    String x = site.input(0);
    String t = graph.op("Tanh", "tanh", graph.op("Softplus", "softplus", x));
    String growth = graph.mul(x, graph.op("Sigmoid", "sigmoid", x));
    return graph.add(t, graph.mul(oneMinusSquare(graph, site, t), growth));
  }

  /** Where x is negative, {@code y + alpha}. */
  static String elu(GraphBuilder graph, Site site) {
    double alpha = site.node().floatAttribute("alpha", 1);
    String falling = graph.add(site.output(0), site.scalar(alpha));
    return where(graph, isNegative(graph, site), falling, site.scalar(1));
  }

  /** Where x is negative, {@code y + gamma alpha}. */
  static String selu(GraphBuilder graph, Site site) {
    double alpha = site.node().floatAttribute("alpha", 1.6732632f);
    double gamma = site.node().floatAttribute("gamma", 1.050701f);
    String falling = graph.add(site.output(0), site.scalar(gamma * alpha));
    return where(graph, isNegative(graph, site), falling, site.scalar(gamma));
  }

  /** Where x is negative, {@code y / alpha + 1}. */
  static String celu(GraphBuilder graph, Site site) {
    double alpha = site.node().floatAttribute("alpha", 1);
    String falling = graph.add(graph.mul(site.output(0), site.scalar(1 / alpha)), site.scalar(1));
    return where(graph, isNegative(graph, site), falling, site.scalar(1));
  }

  /** {@code exp(factor x^2)}. */
  private static String bell(GraphBuilder graph, Site site, double factor) {
    String square = graph.mul(site.input(0), site.input(0));
    return graph.op("Exp", "bell", graph.mul(square, site.scalar(factor)));
  }

  private static String oneMinusSquare(GraphBuilder graph, Site site, String value) {
    return graph.sub(site.scalar(1), graph.mul(value, value));
  }

  private static String isNegative(GraphBuilder graph, Site site) {
    return graph.op("Less", "negative", site.input(0), site.scalar(0));
  }

  private static String where(GraphBuilder graph, String condition, String yes, String no) {
    return graph.op("Where", "slope", condition, yes, no);
  }
}
