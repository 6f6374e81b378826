package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a network the way it is drawn: every layer takes the value that the one before it made.
 * Weights are random and keep activations at about the size of 1.
 */
final class NetBuilder {
  private static final long OPSET = 17;

  private final RandomTensors random;
  private final Value input;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private String value;
  private int channels;

  NetBuilder(RandomTensors random, String input, long... sample) {
    this.random = random;
    List<Dimension> shape = new ArrayList<>(List.of(Dimension.symbol("N")));
    Arrays.stream(sample).mapToObj(Dimension::of).forEach(shape::add);
    this.input = Value.of(input, ElementType.FLOAT32, shape.toArray(Dimension[]::new));
    value = input;
    channels = (int) sample[0];
  }

  /** The last value. */
  String value() {
    return value;
  }

  /** Size of its channel axis: the second one of images, the last one of tokens. */
  int channels() {
    return channels;
  }

  /** Goes on from an earlier value. */
  NetBuilder at(String earlier, int width) {
    value = earlier;
    channels = width;
    return this;
  }

  NetBuilder conv(int width, int kernel, int stride, int groups) {
    long pad = kernel / 2;
    int inputs = channels / groups;
    Tensor weight = weight(inputs * kernel * kernel, width, inputs, kernel, kernel);
    channels = width;
    return apply(
        "Conv",
        Map.of(
            "strides", Attribute.ofInts(stride, stride),
            "pads", Attribute.ofInts(pad, pad, pad, pad),
            "group", Attribute.of((long) groups)),
        value,
        constant(weight));
  }

  NetBuilder batchNorm() {
    return apply(
        "BatchNormalization",
        Map.of(),
        value,
        named("scale", random.uniform(0.5, 2, channels)),
        named("bias", random.normal(channels)),
        named("mean", random.uniform(-0.5, 0.5, channels)),
        named("variance", random.uniform(0.5, 2, channels)));
  }

  NetBuilder layerNorm() {
    return apply(
        "LayerNormalization",
        Map.of(),
        value,
        named("scale", random.uniform(0.5, 2, channels)),
        named("bias", random.normal(channels)));
  }

  NetBuilder relu() {
    return apply("Relu", Map.of(), value);
  }

  NetBuilder clip(float low, float high) {
    return apply(
        "Clip", Map.of(), value, constant(Tensor.scalar(low)), constant(Tensor.scalar(high)));
  }

  /** As exporters write it: {@code x / sqrt 2}, its error function, plus 1, times x, times 1/2. */
  NetBuilder gelu() {
    String x = value;
    apply("Div", Map.of(), x, constant(Tensor.scalar((float) Math.sqrt(2))));
    apply("Erf", Map.of(), value);
    apply("Add", Map.of(), value, constant(Tensor.scalar(1f)));
    apply("Mul", Map.of(), x, value);
    return scaled(0.5);
  }

  NetBuilder softmax() {
    return apply("Softmax", Map.of("axis", Attribute.of(-1L)), value);
  }

  NetBuilder pool(String opType, long kernel, long stride, long pad) {
    return apply(
        opType,
        Map.of(
            "kernel_shape", Attribute.ofInts(kernel, kernel),
            "strides", Attribute.ofInts(stride, stride),
            "pads", Attribute.ofInts(pad, pad, pad, pad)),
        value);
  }

  /** Mean over the positions, {@code [batch, channels]}. */
  NetBuilder pooled() {
    return apply("GlobalAveragePool", Map.of(), value).apply("Flatten", Map.of(), value);
  }

  NetBuilder plus(String other) {
    return apply("Add", Map.of(), value, other);
  }

  NetBuilder plusConstant(long... shape) {
    return plus(constant(random.normal(shape)));
  }

  NetBuilder times(String other) {
    return apply("MatMul", Map.of(), value, other);
  }

  NetBuilder scaled(double factor) {
    return apply("Mul", Map.of(), value, constant(Tensor.scalar((float) factor)));
  }

  /** Behind an earlier value along the channels. */
  NetBuilder joined(String earlier, int width) {
    channels += width;
    return apply("Concat", Map.of("axis", Attribute.of(1L)), earlier, value);
  }

  /** Matrix and bias on the last axis. */
  NetBuilder dense(int width) {
    Tensor weight = weight(channels, channels, width);
    channels = width;
    return times(constant(weight)).plusConstant(width);
  }

  NetBuilder linear(int width) {
    Tensor weight = weight(channels, width, channels);
    channels = width;
    return apply(
        "Gemm",
        Map.of("transB", Attribute.of(1L)),
        value,
        constant(weight),
        constant(random.normal(width)));
  }

  /** Images as tokens, {@code [batch, tokens, width]}. */
  NetBuilder patches(int size, int width) {
    Tensor weight = weight(channels * size * size, width, channels, size, size);
    channels = width;
    apply("Conv", Map.of("strides", Attribute.ofInts(size, size)), value, constant(weight));
    return reshape(0, width, -1).transpose(0, 2, 1);
  }

  /** A learnt token before the others, repeated for each sample. */
  NetBuilder classToken() {
    String tokens = value;
    apply("Shape", Map.of(), tokens);
    apply("Gather", Map.of(), value, constant(Tensor.ofLongs(Shape.of(1), 0)));
    Tensor rest = Tensor.ofLongs(Shape.of(2), 1, channels);
    apply("Concat", Map.of("axis", Attribute.of(0L)), value, constant(rest));
    apply("Expand", Map.of(), constant(random.normal(1, 1, channels)), value);
    return apply("Concat", Map.of("axis", Attribute.of(1L)), value, tokens);
  }

  /** One token of all, {@code [batch, width]}. */
  NetBuilder token(long index) {
    return apply("Gather", Map.of("axis", Attribute.of(1L)), value, constant(Tensor.scalar(index)));
  }

  NetBuilder reshape(long... shape) {
    Tensor target = Tensor.ofLongs(Shape.of(shape.length), shape);
    return apply("Reshape", Map.of(), value, constant(target));
  }

  NetBuilder transpose(long... permutation) {
    return apply("Transpose", Map.of("perm", Attribute.ofInts(permutation)), value);
  }

  /** Equal parts along the last axis. */
  List<String> split(int parts) {
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      outputs.add("split" + nodes.size() + "." + i);
    }
    nodes.add(Node.of("Split", List.of(value), outputs, Map.of("axis", Attribute.of(-1L))));
    return outputs;
  }

  Model build(String output) {
    Node last = nodes.get(nodes.size() - 1);
    nodes.set(nodes.size() - 1, last.withOutputs(List.of(output)));
    Model untyped = model(List.of());
    return model(List.of(ShapeInference.infer(untyped).get(output)));
  }

  private Model model(List<Value> outputs) {
    return Model.of(
        new Graph("generated", List.of(input), outputs, nodes, constants, Map.of()), OPSET, 8);
  }

  private NetBuilder apply(String opType, Map<String, Attribute> attributes, String... operands) {
    String output = opType + nodes.size();
    nodes.add(Node.of(opType, List.of(operands), List.of(output), attributes));
    value = output;
    return this;
  }

  private Tensor weight(int fanIn, long... shape) {
    double bound = Math.sqrt(3.0 / fanIn);
    return random.uniform(-bound, bound, shape);
  }

  private String constant(Tensor tensor) {
    return named("constant", tensor);
  }

  private String named(String role, Tensor tensor) {
    String name = role + constants.size();
    constants.put(name, tensor);
    return name;
  }
}
