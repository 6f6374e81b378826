package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model some of whose constants have become graph inputs.
 *
 * @param model takes the constants after its own inputs
 * @param parameters what the constants were, by name
 */
public record OpenedModel(Model model, Map<String, Tensor> parameters) {

  /** Opens the named initializers. */
  public static OpenedModel of(Model model, List<String> initializers) {
    Graph graph = model.graph();
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    List<Value> inputs = new ArrayList<>(graph.inputs());
    for (String name : initializers) {
      Tensor parameter = constants.remove(name);
      if (parameter == null) {
        throw new IllegalArgumentException("The model has no initializer '" + name + "'");
      }
      parameters.put(name, parameter);
      inputs.add(
          Value.of(
              name,
              parameter.type(),
              Arrays.stream(parameter.shape().dimensions())
                  .mapToObj(Dimension::of)
                  .toArray(Dimension[]::new)));
    }
    Graph opened =
        new Graph(graph.name(), inputs, graph.outputs(), graph.nodes(), constants, graph.values());
    return new OpenedModel(model.withGraph(opened), parameters);
  }

  /** The parameters together with another input. */
  public Map<String, Tensor> inputs(String name, Tensor tensor) {
    Map<String, Tensor> inputs = new LinkedHashMap<>(parameters);
    inputs.put(name, tensor);
    return inputs;
  }
}
