package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A model of one node with data for it. Inputs vary between runs, constants are in the graph. */
final class OperatorCase {
  private static final long IR_VERSION = 10;

  private final String opType;
  private final String remark;
  private final List<String> names = new ArrayList<>();
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, Attribute> attributes = new TreeMap<>();
  private long opset = 17;
  private int outputs = 1;

  private OperatorCase(String opType, String remark) {
    this.opType = opType;
    this.remark = remark;
  }

  static OperatorCase of(String opType, Tensor... inputs) {
    return of(opType, "", inputs);
  }

  static OperatorCase of(String opType, String remark, Tensor... inputs) {
    OperatorCase made = new OperatorCase(opType, remark);
    for (Tensor input : inputs) {
      String name = "in" + made.names.size();
      made.names.add(name);
      made.inputs.put(name, input);
    }
    return made;
  }

  OperatorCase constant(Tensor constant) {
    String name = "in" + names.size();
    names.add(name);
    constants.put(name, constant);
    return this;
  }

  OperatorCase omitted() {
    names.add("");
    return this;
  }

  OperatorCase with(String attribute, long value) {
    attributes.put(attribute, Attribute.of(value));
    return this;
  }

  OperatorCase with(String attribute, float value) {
    attributes.put(attribute, Attribute.of(value));
    return this;
  }

  OperatorCase with(String attribute, String value) {
    attributes.put(attribute, Attribute.of(value));
    return this;
  }

  OperatorCase with(String attribute, Attribute value) {
    attributes.put(attribute, value);
    return this;
  }

  OperatorCase with(String attribute, long[] values) {
    attributes.put(attribute, Attribute.ofInts(values));
    return this;
  }

  OperatorCase opset(long version) {
    opset = version;
    return this;
  }

  OperatorCase outputs(int count) {
    outputs = count;
    return this;
  }

  String opType() {
    return opType;
  }

  Map<String, Tensor> inputs() {
    return inputs;
  }

  Model model() {
    List<String> outputNames = IntStream.range(0, outputs).mapToObj(i -> "out" + i).toList();
    Node node = Node.of(opType, names, outputNames, attributes);
    List<Value> declared =
        inputs.entrySet().stream().map(input -> value(input.getKey(), input.getValue())).toList();
    Model untyped = model(node, declared, List.of());
    Map<String, Value> inferred = ShapeInference.infer(untyped);
    return model(node, declared, outputNames.stream().map(inferred::get).toList());
  }

  @Override
  public String toString() {
    return opType + (remark.isEmpty() ? "" : " " + remark);
  }

  private Model model(Node node, List<Value> graphInputs, List<Value> graphOutputs) {
    Graph graph =
        new Graph("one node", graphInputs, graphOutputs, List.of(node), constants, Map.of());
    return Model.of(graph, opset, IR_VERSION);
  }

  private static Value value(String name, Tensor tensor) {
    return Value.of(
        name,
        tensor.type(),
        Arrays.stream(tensor.shape().dimensions())
            .mapToObj(Dimension::of)
            .toArray(Dimension[]::new));
  }
}
