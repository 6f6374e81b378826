package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a classifier of uint8 pixels out of one of floats: the graph scales them itself. */
public final class Uint8Model {
  private static final long ONNX_FLOAT = 1;

  private Uint8Model() {}

  /** The model in the file, with its one input turned into uint8. */
  public static Model of(Path file) {
    return of(OnnxReader.read(file));
  }

  /** The same of a model in memory. */
  public static Model of(Model model) {
    Graph graph = model.graph();
    Value input = graph.inputs().get(0);
    List<Node> nodes = new ArrayList<>();
    nodes.add(
        Node.of(
            "Cast",
            List.of(input.name()),
            List.of("pixels_float"),
            Map.of("to", Attribute.of(ONNX_FLOAT))));
    nodes.add(
        Node.of(
            "Div", List.of("pixels_float", "pixels_scale"), List.of("pixels_scaled"), Map.of()));
    for (Node node : graph.nodes()) {
      nodes.add(
          node.withInputs(
              node.inputs().stream()
                  .map(name -> name.equals(input.name()) ? "pixels_scaled" : name)
                  .toList()));
    }
    Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    initializers.put("pixels_scale", Tensor.scalar(255f));
    return model.withGraph(
        new Graph(
            graph.name(),
            List.of(new Value(input.name(), ElementType.UINT8, input.shape())),
            graph.outputs(),
            nodes,
            initializers,
            graph.values()));
  }
}
