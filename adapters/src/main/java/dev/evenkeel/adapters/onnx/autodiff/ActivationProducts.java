package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;

/** Rules of the activation functions. */
final class ActivationProducts {
  private ActivationProducts() {}

  static void relu(Site site) {
    GraphBuilder graph = site.graph();
    String open = graph.op("Sign", "open", site.output(0));
    site.accumulate(0, graph.mul(site.gradient(), open));
  }
}
