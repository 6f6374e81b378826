package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Grows a graph node by node in topological order. Hands out names that nothing else uses, shares
 * equal constants, and writes operators whose form changed between operator sets in the form of the
 * model at hand.
 */
public final class GraphBuilder {
  /** Larger tensors are weights: comparing them costs more than sharing saves. */
  private static final int SHARED_CONSTANT_SIZE = 64;

  private final long opset;
  private final Set<String> taken = new HashSet<>();
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final Map<Tensor, String> constants = new HashMap<>();

  /** Starts with the inputs and initializers of a model, without its nodes and outputs. */
  public GraphBuilder(Model model) {
    opset = model.opset();
    Graph graph = model.graph();
    graph.inputs().forEach(this::input);
    graph.initializers().forEach(this::initializer);
    graph.nodes().forEach(this::take);
  }

  /** Version of the standard operators that nodes are written for. */
  public long opset() {
    return opset;
  }

  /** The nodes so far, a live view. */
  public List<Node> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  /** The constants so far, a live view. */
  public Map<String, Tensor> initializers() {
    return Collections.unmodifiableMap(initializers);
  }

  public void input(Value value) {
    taken.add(value.name());
    inputs.add(value);
  }

  public void output(Value value) {
    outputs.add(value);
  }

  /** Adds a node as it is. */
  public void add(Node node) {
    take(node);
    nodes.add(node);
  }

  /** Puts a node in the place of one that was added; what that one wrote must still be written. */
  public void replace(Node old, Node replacement) {
    int place = nodes.indexOf(old);
    List<String> written = old.outputs().stream().filter(output -> !output.isEmpty()).toList();
    if (place < 0 || !replacement.outputs().containsAll(written)) {
      throw new IllegalArgumentException(
          replacement.label()
              + " writes "
              + replacement.outputs()
              + ", not all that "
              + old.label()
              + " does, or that was never added");
    }
    take(replacement);
    nodes.set(place, replacement);
  }

  /** New nodes are named after a value, so names of nodes are taken too. */
  private void take(Node node) {
    taken.add(node.name());
    taken.addAll(node.outputs());
  }

  /** A name close to the hint that no value has yet. */
  public String fresh(String hint) {
    String name = hint;
    for (int i = 1; !taken.add(name); i++) {
      name = hint + "." + i;
    }
    return name;
  }

  /** The name of a constant, shared with equal ones. */
  public String constant(Tensor tensor) {
    String shared = constants.get(tensor);
    if (shared != null) {
      return shared;
    }
    return constant("constant", tensor);
  }

  /** A constant of its own, under a name close to the hint. */
  public String constant(String hint, Tensor tensor) {
    String name = fresh(hint);
    initializer(name, tensor);
    return name;
  }

  public String scalar(double value) {
    return constant(Tensor.scalar((float) value));
  }

  public String longs(long... values) {
    return constant(Tensor.ofLongs(Shape.of(values.length), values));
  }

  /** Applies a standard operator with one output. */
  public String op(
      String opType, String hint, Map<String, Attribute> attributes, List<String> operands) {
    String output = fresh(hint);
    nodes.add(Node.of(opType, operands, List.of(output), attributes));
    return output;
  }

  /** Applies a standard operator without attributes. */
  public String op(String opType, String hint, String... operands) {
    return op(opType, hint, Map.of(), List.of(operands));
  }

  public String add(String a, String b) {
    return op("Add", "sum", a, b);
  }

  public String sub(String a, String b) {
    return op("Sub", "difference", a, b);
  }

  public String mul(String a, String b) {
    return op("Mul", "product", a, b);
  }

  public String div(String a, String b) {
    return op("Div", "quotient", a, b);
  }

  public String matMul(String a, String b) {
    return op("MatMul", "matrix", a, b);
  }

  /** Reshapes; 0 keeps a dimension, -1 is what remains. */
  public String reshape(String value, long... dimensions) {
    return op("Reshape", "reshaped", value, longs(dimensions));
  }

  public String transpose(String value, long... permutation) {
    return op(
        "Transpose", "transposed", Map.of("perm", Attribute.ofInts(permutation)), List.of(value));
  }

  public String concat(int axis, List<String> values) {
    return op("Concat", "joined", Map.of("axis", Attribute.of((long) axis)), values);
  }

  /** Cuts the first axis into equal pieces. */
  public List<String> splitEvenly(String value, int pieces) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < pieces; i++) {
      names.add(fresh("piece"));
    }
    Map<String, Attribute> attributes = new TreeMap<>(Map.of("axis", Attribute.of(0L)));
    if (opset >= 18) {
      attributes.put("num_outputs", Attribute.of((long) pieces));
    }
    nodes.add(Node.of("Split", List.of(value), names, attributes));
    return names;
  }

  /** Mean over axes, which stay with size 1. */
  public String mean(String value, int... axes) {
    return reduce("ReduceMean", value, true, axes);
  }

  /** Sum over axes, which stay with size 1. */
  public String sum(String value, int... axes) {
    return reduce("ReduceSum", value, true, axes);
  }

  /** Applies an operator that reduces axes, which stay with size 1 or are dropped. */
  public String reduce(String opType, String value, boolean keep, int... axes) {
    String hint = opType.substring("Reduce".length()).toLowerCase(Locale.ROOT);
    Attribute keepdims = Attribute.of(keep ? 1L : 0L);
    long[] reduced = Arrays.stream(axes).asLongStream().toArray();
    return opset >= (opType.equals("ReduceSum") ? 13 : 18)
        ? op(opType, hint, Map.of("keepdims", keepdims), List.of(value, longs(reduced)))
        : op(
            opType,
            hint,
            Map.of("keepdims", keepdims, "axes", Attribute.ofInts(reduced)),
            List.of(value));
  }

  /** Drops axes of size 1. */
  public String squeeze(String value, int... axes) {
    return onAxes("Squeeze", "squeezed", value, axes);
  }

  /** Inserts axes of size 1, given by their places in the result. */
  public String unsqueeze(String value, int... axes) {
    return onAxes("Unsqueeze", "unsqueezed", value, axes);
  }

  private String onAxes(String opType, String hint, String value, int... axes) {
    long[] places = Arrays.stream(axes).asLongStream().toArray();
    return opset >= 13
        ? op(opType, hint, value, longs(places))
        : op(opType, hint, Map.of("axes", Attribute.ofInts(places)), List.of(value));
  }

  public String cast(String value, ElementType type) {
    return op("Cast", "cast", Map.of("to", Attribute.of((long) type.onnxNumber())), List.of(value));
  }

  /** Cuts an axis into pieces of the given sizes. */
  public List<String> split(String value, int axis, long... sizes) {
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      pieces.add(fresh("piece"));
    }
    Attribute axisAttribute = Attribute.of((long) axis);
    nodes.add(
        opset >= 13
            ? Node.of("Split", List.of(value, longs(sizes)), pieces, Map.of("axis", axisAttribute))
            : Node.of(
                "Split",
                List.of(value),
                pieces,
                Map.of("axis", axisAttribute, "split", Attribute.ofInts(sizes))));
    return pieces;
  }

  /** Gives a value a second name, such as that of an output. */
  public void alias(String value, String name) {
    taken.add(name);
    nodes.add(Node.of("Identity", List.of(value), List.of(name), Map.of()));
  }

  /** Lets the node that wrote {@code value} last write {@code name} instead; saves an Identity. */
  public void rename(String value, String name) {
    int last = nodes.size() - 1;
    Node node = nodes.get(last);
    if (!node.outputs().equals(List.of(value))) {
      throw new IllegalStateException(
          "Only the value written last can be renamed; '" + value + "' is not it");
    }
    taken.add(name);
    nodes.set(last, node.withOutputs(List.of(name)));
  }

  /** The graph grown so far, without nodes and initializers that no output depends on. */
  public Graph build(String name) {
    return build(name, Map.of());
  }

  /**
   * The same with declared values.
   *
   * @param values types and shapes by name; those of values that the graph lacks are left out
   */
  public Graph build(String name, Map<String, Value> values) {
    Map<String, Value> declared = new LinkedHashMap<>(values);
    declared.keySet().retainAll(taken);
    return PruneUnused.prune(new Graph(name, inputs, outputs, nodes, initializers, declared));
  }

  private void initializer(String name, Tensor tensor) {
    taken.add(name);
    initializers.put(name, tensor);
    if (tensor.size() <= SHARED_CONSTANT_SIZE) {
      constants.putIfAbsent(tensor, name);
    }
  }
}
