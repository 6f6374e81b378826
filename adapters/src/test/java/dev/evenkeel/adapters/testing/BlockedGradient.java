package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A net of three normalisations with an operator that has no gradient behind the first. */
public final class BlockedGradient {
  private BlockedGradient() {}

  public static Model model(RandomTensors random) {
    Model model = TinyNet.random(random, 2, 3, 5, 5).model(13);
    Graph graph = model.graph();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean next = node.is("Conv") && node.input(0).equals("relu0");
      if (next) {
        nodes.add(Node.of("CumSum", List.of("relu0", "axis"), List.of("total"), Map.of()));
      }
      nodes.add(
          next
              ? Node.of("Conv", List.of("total", node.input(1)), node.outputs(), node.attributes())
              : node);
    }
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    constants.put("axis", Tensor.scalar(1L));
    Dimension three = Dimension.of(3);
    Value total =
        Value.of("total", ElementType.FLOAT32, Dimension.symbol("batch"), three, three, three);
    return model.withGraph(
        new Graph(
            graph.name(),
            graph.inputs(),
            graph.outputs(),
            nodes,
            constants,
            Map.of("total", total)));
  }
}
