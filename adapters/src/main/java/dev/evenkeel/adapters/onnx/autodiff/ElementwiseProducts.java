package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;

/** Rules of operators that work element by element, with broadcasting. */
final class ElementwiseProducts {
  private ElementwiseProducts() {}

  static void identity(Site site) {
    site.accumulate(0, site.gradient());
  }

  static void neg(Site site) {
    site.accumulate(0, site.graph().op("Neg", "negative", site.gradient()));
  }

  static void add(Site site) {
    site.accumulateBroadcast(0, site.gradient());
    site.accumulateBroadcast(1, site.gradient());
  }

  static void sub(Site site) {
    site.accumulateBroadcast(0, site.gradient());
    if (site.active(1)) {
      site.accumulateBroadcast(1, site.graph().op("Neg", "negative", site.gradient()));
    }
  }

  static void mul(Site site) {
    GraphBuilder graph = site.graph();
    if (site.input(0).equals(site.input(1))) {
      String twice = graph.mul(site.gradient(), site.scalar(2));
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
      String loss = graph.mul(share, site.output(0));
      site.accumulateBroadcast(1, graph.op("Neg", "negative", loss));
    }
  }

  /** {@code dx / (2 y)}. */
  static void sqrt(Site site) {
    GraphBuilder graph = site.graph();
    String half = graph.mul(site.gradient(), site.scalar(0.5));
    site.accumulate(0, graph.div(half, site.output(0)));
  }
}
