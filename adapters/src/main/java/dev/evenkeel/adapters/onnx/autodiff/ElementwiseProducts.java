package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Rules of operators that work element by element, with broadcasting. */
final class ElementwiseProducts {
  private ElementwiseProducts() {}

  /** A function of one input with a given derivative. */
  static VectorJacobianProduct unary(BiFunction<GraphBuilder, Site, String> derivative) {
    return site ->
        site.accumulate(0, site.graph().mul(site.gradient(), derivative.apply(site.graph(), site)));
  }

  /** Derivative of the cosine. */
  static String minusSine(GraphBuilder graph, Site site) {
    return negative(graph, graph.op("Sin", "sine", site.input(0)));
  }

  /** Derivative of {@code y = 1 / x}. */
  static String minusSquare(GraphBuilder graph, Site site) {
    return negative(graph, graph.mul(site.output(0), site.output(0)));
  }

  static void identity(Site site) {
    site.accumulate(0, site.gradient());
  }

  /** Steps: the derivative is zero wherever there is one. */
  static void step(Site site) {}

  static void neg(Site site) {
    site.accumulate(0, negative(site.graph(), site.gradient()));
  }

  static void sum(Site site) {
    for (int i = 0; i < site.node().inputs().size(); i++) {
      site.accumulateBroadcast(i, site.gradient());
    }
  }

  static void mean(Site site) {
    int inputs = site.node().inputs().size();
    String share = site.scaled(site.gradient(), 1.0 / inputs);
    for (int i = 0; i < inputs; i++) {
      site.accumulateBroadcast(i, share);
    }
  }

  static void sub(Site site) {
    site.accumulateBroadcast(0, site.gradient());
    if (site.active(1)) {
      site.accumulateBroadcast(1, negative(site.graph(), site.gradient()));
    }
  }

  static void mul(Site site) {
    GraphBuilder graph = site.graph();
    if (site.input(0).equals(site.input(1))) {
      String twice = site.scaled(site.gradient(), 2);
      site.accumulate(0, graph.mul(site.input(0), twice));
      return;
    }
    for (int i = 0; i < 2; i++) {
      if (site.active(i)) {
        site.accumulateBroadcast(i, graph.mul(site.gradient(), site.input(1 - i)));
      }
    }
  }

  /** {@code d(a / b) = da / b - db * (a / b) / b}. */
  static void div(Site site) {
    GraphBuilder graph = site.graph();
    String share = graph.div(site.gradient(), site.input(1));
    site.accumulateBroadcast(0, share);
    if (site.active(1)) {
      site.accumulateBroadcast(1, negative(graph, graph.mul(share, site.output(0))));
    }
  }

  /** {@code dx / (2 y)}. */
  static void sqrt(Site site) {
    GraphBuilder graph = site.graph();
    String half = site.scaled(site.gradient(), 0.5);
    site.accumulate(0, graph.div(half, site.output(0)));
  }

  static void log(Site site) {
    site.accumulate(0, site.graph().div(site.gradient(), site.input(0)));
  }

  /** {@code d(x^p) = p x^(p - 1) dx + x^p ln(x) dp}. */
  static void pow(Site site) {
    GraphBuilder graph = site.graph();
    if (site.active(0)) {
      String scaled = graph.mul(site.gradient(), exponent(site, 0));
      boolean square = constantExponent(site).filter(p -> p == 2).isPresent();
      String power =
          square ? site.input(0) : graph.op("Pow", "power", site.input(0), exponent(site, -1));
      site.accumulateBroadcast(0, graph.mul(scaled, power));
    }
    if (site.active(1)) {
      String growth = graph.mul(site.output(0), graph.op("Log", "log", site.input(0)));
      site.accumulateBroadcast(1, graph.mul(site.gradient(), growth));
    }
  }

  /** The exponent, which may be an integer, plus a number. */
  private static String exponent(Site site, double summand) {
    Optional<Double> constant = constantExponent(site);
    if (constant.isPresent()) {
      return site.scalar(constant.get() + summand);
    }
    String p =
        site.type(site.input(1)) == site.type(site.input(0))
            ? site.input(1)
            : site.graph().cast(site.input(1), site.type(site.input(0)));
    return summand == 0 ? p : site.graph().add(p, site.scalar(summand));
  }

  private static Optional<Double> constantExponent(Site site) {
    return site.constant(site.input(1))
        .filter(exponent -> exponent.size() == 1 && exponent.shape().rank() == 0)
        .map(Tensor::toDoubles)
        .map(values -> values[0]);
  }

  static void where(Site site) {
    GraphBuilder graph = site.graph();
    String condition = site.input(0);
    String zero = zero(site);
    if (site.active(1)) {
      site.accumulateBroadcast(1, graph.op("Where", "yes", condition, site.gradient(), zero));
    }
    if (site.active(2)) {
      site.accumulateBroadcast(2, graph.op("Where", "no", condition, zero, site.gradient()));
    }
  }

  /** Passes where the output lies between the bounds, of which either may be missing. */
  static void clip(Site site) {
    if (site.active(1) || site.active(2)) {
      throw site.unsupported("its bounds depend on a target");
    }
    GraphBuilder graph = site.graph();
    List<String> inside = new ArrayList<>();
    bound(site, 1, "min")
        .ifPresent(low -> inside.add(graph.op("Greater", "above", site.output(0), low)));
    bound(site, 2, "max")
        .ifPresent(high -> inside.add(graph.op("Less", "below", site.output(0), high)));
    String gradient = site.gradient();
    if (!inside.isEmpty()) {
      String between =
          inside.stream().reduce((a, b) -> graph.op("And", "inside", a, b)).orElseThrow();
      gradient = graph.mul(gradient, graph.cast(between, site.type(site.input(0))));
    }
    site.accumulate(0, gradient);
  }

  /** An input, before opset 11 an attribute. */
  private static Optional<String> bound(Site site, int input, String attribute) {
    if (!site.input(input).isEmpty()) {
      return Optional.of(site.input(input));
    }
    return site.node().attributes().containsKey(attribute)
        ? Optional.of(site.scalar(site.node().floatAttribute(attribute, 0)))
        : Optional.empty();
  }

  /** For the largest or smallest input; ties share. */
  static VectorJacobianProduct extreme(String isBeaten) {
    return site -> {
      GraphBuilder graph = site.graph();
      List<String> wins = new ArrayList<>();
      for (String input : site.node().inputs()) {
        String beaten = graph.op(isBeaten, "beaten", input, site.output(0));
        wins.add(graph.cast(graph.op("Not", "wins", beaten), site.type(input)));
      }
      String winners = wins.stream().reduce(graph::add).orElseThrow();
      String share = graph.div(site.gradient(), winners);
      for (int i = 0; i < wins.size(); i++) {
        if (site.active(i)) {
          site.accumulateBroadcast(i, graph.mul(share, wins.get(i)));
        }
      }
    };
  }

  /** Between floating point types. */
  static void cast(Site site) {
    site.accumulate(0, site.graph().cast(site.gradient(), site.type(site.input(0))));
  }

  static void dropout(Site site) {
    boolean inference =
        site.input(2).isEmpty()
            || site.constant(site.input(2)).filter(flag -> flag.toLongs()[0] == 0).isPresent();
    if (!inference) {
      throw site.unsupported("it may be in training mode");
    }
    site.accumulate(0, site.gradient());
  }

  private static String zero(Site site) {
    return site.zero(site.output(0));
  }

  private static String negative(GraphBuilder graph, String value) {
    return graph.op("Neg", "negative", value);
  }
}
