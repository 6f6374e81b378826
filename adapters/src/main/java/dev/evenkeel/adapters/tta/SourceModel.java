package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import java.util.Map;
import java.util.Optional;

/**
 * A classifier as it was trained, with the places a recipe needs to know: its input, its logits and
 * the features before its last linear layer.
 *
 * @param model the graph as read
 * @param input name of the one graph input that takes samples
 * @param inputType FLOAT32, or UINT8 for a model that scales its input itself
 * @param sampleShape dimensions of one sample, without the batch axis
 * @param logits name of the value holding logits {@code [batch, classes]}
 * @param features name of the input of the last Gemm or MatMul before the logits, if there is one
 * @param classes number of classes, at least 2
 */
public record SourceModel(
    Model model,
    String input,
    ElementType inputType,
    Shape sampleShape,
    String logits,
    Optional<String> features,
    int classes) {

  /**
   * Finds input, logits and features: the logits are the output named {@code logits}, else the only
   * output of rank 2, else the one that {@code model.logits} names; of a final Softmax the input is
   * taken.
   *
   * @param settings recipe keys that begin with {@code model.}; others are ignored
   * @throws RecipeException naming what could not be found and what to set
   */
  public static SourceModel of(Model model, Map<String, String> settings) {
    throw new UnsupportedOperationException("not yet");
  }
}
