package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Changes the logits of a model where they are written, so that all that reads them, such as a
 * Softmax, reads the changed ones.
 */
public final class CorrectLogits {
  private CorrectLogits() {}

  /**
   * {@code factor * logits + shift}.
   *
   * @param logits value that holds them
   * @param shift {@code [classes]}
   */
  public static Model scaleAndShift(Model model, String logits, float factor, float... shift) {
    return rewrite(
        model,
        logits,
        (builder, writer, own) -> {
          builder.add(writer);
          String scaled = builder.mul(own, builder.scalar(factor));
          Tensor bias = Tensor.ofFloats(Shape.of(1, shift.length), shift);
          return builder.add(scaled, builder.constant(bias));
        });
  }

  /**
   * The logits of another linear layer.
   *
   * @param features value that the layer reads, {@code [batch, width]}
   * @param weight {@code [classes, width]}
   * @param bias {@code [classes]}
   */
  public static Model replaceHead(
      Model model, String logits, String features, Tensor weight, Tensor bias) {
    return rewrite(
        model,
        logits,
        (builder, writer, own) ->
            builder.op(
                "Gemm",
                "head",
                Map.of("transB", Attribute.of(1L)),
                List.of(
                    features,
                    builder.constant(logits + ".weight", weight),
                    builder.constant(logits + ".bias", bias))));
  }

  /** Emits what takes the place of the logits, as the last node, and returns its output. */
  private interface Replacement {
    /**
     * @param writer the node that wrote the logits, now under the name {@code own}
     */
    String emit(GraphBuilder builder, Node writer, String own);
  }

  private static Model rewrite(Model model, String logits, Replacement replacement) {
    Graph graph = model.graph();
    GraphBuilder builder = new GraphBuilder(model);
    String own = builder.fresh(logits + ".uncorrected");
    for (Node node : graph.nodes()) {
      if (node.outputs().contains(logits)) {
        List<String> outputs = new ArrayList<>(node.outputs());
        outputs.replaceAll(output -> output.equals(logits) ? own : output);
        builder.rename(replacement.emit(builder, node.withOutputs(outputs), own), logits);
      } else {
        builder.add(node);
      }
    }
    graph.outputs().forEach(builder::output);
    return model.withGraph(builder.build(graph.name(), graph.values()));
  }
}
