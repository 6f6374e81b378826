package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Optional;

/**
 * A BatchNormalization node whose statistics can be replaced, with its resolved parameters.
 *
 * @param node the node
 * @param offset position of its first channel in arrays that join the channels of all layers in
 *     graph order
 * @param scale gamma {@code [channels]}
 * @param bias beta {@code [channels]}
 * @param mean source mean {@code [channels]}
 * @param variance source variance {@code [channels]}
 * @param epsilon added to the variance
 * @param momentum share of a batch in a running statistic, PyTorch's convention, in (0, 1)
 * @param spatialRank number of axes after the channels, at least 1
 * @param parameters values of a rewritten graph that hold scale and bias; empty where they are the
 *     constants
 */
public record NormalizationLayer(
    Node node,
    int offset,
    Tensor scale,
    Tensor bias,
    Tensor mean,
    Tensor variance,
    float epsilon,
    float momentum,
    int spatialRank,
    Optional<ParameterNames> parameters) {
  /** The same layer, its scale and bias read from values of the graph. */
  public NormalizationLayer withParameters(ParameterNames names) {
    return new NormalizationLayer(
        node,
        offset,
        scale,
        bias,
        mean,
        variance,
        epsilon,
        momentum,
        spatialRank,
        Optional.of(names));
  }

  public int channels() {
    return scale.size();
  }

  /** The normalised value's name before normalisation. */
  public String input() {
    return node.input(0);
  }

  public String output() {
    return node.output();
  }
}
