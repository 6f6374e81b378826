package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Model;
import java.util.List;

/**
 * A model with its reverse pass.
 *
 * @param joint the nodes of the forward and the reverse pass; inputs are those of the forward model
 *     and the seed, outputs those of the forward model and one gradient per target
 * @param gradients names of the gradient outputs in the order of the targets; each has the shape of
 *     its target
 */
public record Gradients(Model joint, List<String> gradients) {
  public Gradients {
    gradients = List.copyOf(gradients);
  }
}
