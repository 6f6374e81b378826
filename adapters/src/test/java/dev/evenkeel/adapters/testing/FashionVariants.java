package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Other versions of the fashion classifier: some could take its place, some could not. */
public final class FashionVariants {
  private FashionVariants() {}

  /** Another model of the same shape: each class has some more weight than the one before. */
  public static Model biased(float step) {
    Node last = last();
    return with(
        last.inputs().get(2),
        bias -> {
          float[] values = bias.toFloats();
          for (int y = 0; y < values.length; y++) {
            values[y] += step * y;
          }
          return Tensor.ofFloats(bias.shape(), values);
        });
  }

  /** One that cannot tell the last class. */
  public static Model ofNineClasses() {
    Node last = last();
    Model cut = with(last.inputs().get(2), FashionVariants::withoutLastRow);
    Graph graph = with(cut, last.inputs().get(1), FashionVariants::withoutLastRow).graph();
    Value logits = graph.outputs().get(0);
    return cut.withGraph(
        new Graph(
            graph.name(),
            graph.inputs(),
            List.of(new Value(logits.name(), logits.type(), Optional.empty())),
            graph.nodes(),
            graph.initializers(),
            Map.of()));
  }

  /** One with an operator that no runtime knows. */
  public static Model withUnknownOperator() {
    Model model = FashionKit.resnet();
    Graph graph = model.graph();
    Node last = last();
    List<Node> nodes =
        graph.nodes().stream()
            .map(
                node ->
                    node.equals(last)
                        ? Node.of("Frobnicate", last.inputs(), last.outputs(), Map.of())
                        : node)
            .toList();
    return model.withGraph(
        new Graph(
            graph.name(),
            graph.inputs(),
            graph.outputs(),
            nodes,
            graph.initializers(),
            graph.values()));
  }

  private static Node last() {
    List<Node> nodes = FashionKit.resnet().graph().nodes();
    return nodes.get(nodes.size() - 1);
  }

  private static Tensor withoutLastRow(Tensor tensor) {
    long[] dimensions = tensor.shape().dimensions();
    dimensions[0]--;
    Shape shape = Shape.of(dimensions);
    float[] kept = Arrays.copyOf(tensor.toFloats(), Math.toIntExact(shape.size()));
    return Tensor.ofFloats(shape, kept);
  }

  private static Model with(String initializer, UnaryOperator<Tensor> change) {
    return with(FashionKit.resnet(), initializer, change);
  }

  private static Model with(Model model, String initializer, UnaryOperator<Tensor> change) {
    Graph graph = model.graph();
    Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    initializers.computeIfPresent(initializer, (name, tensor) -> change.apply(tensor));
    return model.withGraph(
        new Graph(
            graph.name(),
            graph.inputs(),
            graph.outputs(),
            graph.nodes(),
            initializers,
            graph.values()));
  }
}
