package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.GradientCheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A model of one node with data for it. Inputs are differentiated, fed values are not, constants
 * are in the graph. The first axis of the first input is left open, like a batch.
 */
final class GradientCase {
  private static final long IR_VERSION = 10;

  private final String opType;
  private final String remark;
  private final List<String> names = new ArrayList<>();
  private final List<String> targets = new ArrayList<>();
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, Attribute> attributes = new TreeMap<>();
  private long opset = 17;
  private int outputs = 1;
  private int differentiated;
  private boolean othersOmitted;
  private List<Integer> openAxes = List.of(0);

  private GradientCase(String opType, String remark) {
    this.opType = opType;
    this.remark = remark;
  }

  static GradientCase of(String opType, String remark, Tensor... inputs) {
    GradientCase made = new GradientCase(opType, remark);
    for (Tensor input : inputs) {
      made.targets.add(made.feed(input));
    }
    return made;
  }

  /** A graph input without a gradient. */
  GradientCase fed(Tensor input) {
    feed(input);
    return this;
  }

  /** A graph input with a gradient, after {@link #fed} or {@link #constant} ones. */
  GradientCase target(Tensor input) {
    targets.add(feed(input));
    return this;
  }

  GradientCase constant(Tensor constant) {
    constants.put(name(), constant);
    return this;
  }

  GradientCase constantAxes(long... axes) {
    return constant(GradientCases.longs(axes));
  }

  GradientCase omitted() {
    names.add("");
    return this;
  }

  /** Reads the first input a second time. */
  GradientCase again() {
    names.add(names.get(0));
    return this;
  }

  GradientCase with(String attribute, long value) {
    attributes.put(attribute, Attribute.of(value));
    return this;
  }

  GradientCase with(String attribute, float value) {
    attributes.put(attribute, Attribute.of(value));
    return this;
  }

  GradientCase with(String attribute, String value) {
    attributes.put(attribute, Attribute.of(value));
    return this;
  }

  GradientCase with(String attribute, long[] values) {
    attributes.put(attribute, Attribute.ofInts(values));
    return this;
  }

  GradientCase opset(long version) {
    opset = version;
    return this;
  }

  /** The node has several outputs, of which one is differentiated. */
  GradientCase outputs(int count, int which) {
    outputs = count;
    differentiated = which;
    return this;
  }

  /** Outputs after the differentiated one have no name. */
  GradientCase othersOmitted() {
    othersOmitted = true;
    return this;
  }

  /** All axes are known. */
  GradientCase closed() {
    return open();
  }

  /** Which axes of the first input are left open. */
  GradientCase open(Integer... axes) {
    openAxes = List.of(axes);
    return this;
  }

  String opType() {
    return opType;
  }

  List<String> targets() {
    return targets;
  }

  void check() {
    GradientCheck.checkOnRuntime(model(), inputs, "out" + differentiated, targets);
  }

  Model model() {
    List<String> outputNames =
        IntStream.range(0, outputs)
            .mapToObj(i -> i > differentiated && othersOmitted ? "" : "out" + i)
            .toList();
    Node node = Node.of(opType, names, outputNames, attributes);
    List<Value> declared = new ArrayList<>();
    inputs.forEach((name, tensor) -> declared.add(value(name, tensor)));
    Model untyped = model(node, declared, List.of());
    Value result = ShapeInference.infer(untyped).get("out" + differentiated);
    return model(node, declared, List.of(result));
  }

  @Override
  public String toString() {
    return opType + (remark.isEmpty() ? "" : " " + remark);
  }

  private String name() {
    names.add("in" + names.size());
    return names.get(names.size() - 1);
  }

  private String feed(Tensor input) {
    String name = name();
    inputs.put(name, input);
    return name;
  }

  private Model model(Node node, List<Value> graphInputs, List<Value> graphOutputs) {
    Graph graph =
        new Graph("one node", graphInputs, graphOutputs, List.of(node), constants, Map.of());
    return Model.of(graph, opset, IR_VERSION);
  }

  private Value value(String name, Tensor tensor) {
    Dimension[] shape = new Dimension[tensor.shape().rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      boolean open = openAxes.contains(axis) && name.equals("in0");
      shape[axis] =
          open ? Dimension.symbol("axis" + axis) : Dimension.of(tensor.shape().dimension(axis));
    }
    return Value.of(name, tensor.type(), shape);
  }
}
