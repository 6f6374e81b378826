package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Small graphs, built by hand. */
final class TestGraphs {
  private TestGraphs() {}

  static Value floats(String name, Object... dimensions) {
    return Value.of(
        name,
        ElementType.FLOAT32,
        Arrays.stream(dimensions)
            .map(
                dimension ->
                    dimension instanceof String symbol
                        ? Dimension.symbol(symbol)
                        : Dimension.of((Integer) dimension))
            .toArray(Dimension[]::new));
  }

  static GraphBuilder startingWith(Value... inputs) {
    Graph empty = new Graph("test", List.of(inputs), List.of(), List.of(), Map.of(), Map.of());
    return new GraphBuilder(Model.of(empty, 17, 8));
  }

  static Model model(GraphBuilder builder) {
    return Model.of(builder.build("test"), 17, 8);
  }

  /**
   * {@code y = (x - mean) / sqrt(variance + epsilon) * scale + bias} with moments of each sample
   * and channel, as adaptation compiles it. Inputs {@code x [N, 3, 4, 5]}, {@code scale} and {@code
   * bias [1, 3, 1, 1]}; output {@code y}.
   */
  static Model normalization() {
    GraphBuilder graph =
        startingWith(
            floats("x", "N", 3, 4, 5), floats("scale", 1, 3, 1, 1), floats("bias", 1, 3, 1, 1));
    String mean = graph.op("GlobalAveragePool", "mean", "x");
    String square = graph.op("GlobalAveragePool", "mean.square", graph.mul("x", "x"));
    String variance = graph.sub(square, graph.mul(mean, mean));
    String deviation = graph.op("Sqrt", "deviation", graph.add(variance, graph.scalar(1e-3)));
    String slope = graph.div("scale", deviation);
    String shift = graph.sub("bias", graph.mul(mean, slope));
    graph.rename(graph.add(graph.mul("x", slope), shift), "y");
    graph.output(floats("y", "N", 3, 4, 5));
    return model(graph);
  }
}
