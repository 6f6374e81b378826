package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What a rule sees of the node that it differentiates. A gradient may be smaller than the value it
 * belongs to if it broadcasts to the value's shape.
 */
final class Site {
  private final Node node;
  private final ReversePass pass;

  Site(Node node, ReversePass pass) {
    this.node = node;
    this.pass = pass;
  }

  Node node() {
    return node;
  }

  /** Takes the nodes that the rule emits. */
  GraphBuilder graph() {
    return pass.graph();
  }

  long opset() {
    return pass.graph().opset();
  }

  String input(int i) {
    return node.input(i);
  }

  String output(int i) {
    return i < node.outputs().size() ? node.outputs().get(i) : "";
  }

  /** Name of an optional output; where the node has none yet, it writes it from now on. */
  String requireOutput(int i) {
    if (!output(i).isEmpty()) {
      return output(i);
    }
    Node written = graph().nodes().stream().filter(this::isNode).findFirst().orElseThrow();
    List<String> outputs = new ArrayList<>(written.outputs());
    while (outputs.size() <= i) {
      outputs.add("");
    }
    if (outputs.get(i).isEmpty()) {
      outputs.set(i, graph().fresh(output(0) + "/output" + i));
      graph().replace(written, written.withOutputs(outputs));
    }
    return outputs.get(i);
  }

  private boolean isNode(Node other) {
    return other.output().equals(node.output());
  }

  /** Whether the gradient of an input is wanted. */
  boolean active(int i) {
    return pass.isActive(node.input(i));
  }

  /** The gradient of the first output. */
  String gradient() {
    return gradient(0);
  }

  /** The gradient of an output, or null if the result does not depend on it. */
  String gradient(int i) {
    return pass.adjoint(output(i));
  }

  /**
   * Adds to the gradient of an input; does nothing where it is not wanted.
   *
   * @param gradient has the shape of the input, or one that broadcasts to it
   */
  void accumulate(int i, String gradient) {
    if (active(i)) {
      pass.accumulate(node.input(i), gradient);
    }
  }

  /**
   * Adds to the gradient of an input that is broadcast; does nothing where it is not wanted.
   *
   * @param gradient has the shape of the first output, or one that broadcasts to it
   */
  void accumulateBroadcast(int i, String gradient) {
    if (active(i)) {
      pass.accumulate(node.input(i), broadcasting().sumTo(node.input(i), gradient, output(0)));
    }
  }

  /**
   * Adds to the gradient of an input; does nothing where it is not wanted.
   *
   * @param gradient has any shape that the input's shape broadcasts to
   */
  void accumulateSummed(int i, String gradient) {
    if (active(i)) {
      pass.accumulate(node.input(i), broadcasting().sumTo(node.input(i), gradient, gradient));
    }
  }

  /**
   * Sum over everything but the channels, {@code [channels]}.
   *
   * @param gradient has the shape of the first output, {@code [batch, channels, ...]}, or one that
   *     broadcasts to it
   */
  String sumPerChannel(String gradient) {
    List<Dimension> channels =
        new ArrayList<>(Collections.nCopies(rank(output(0)), Dimension.of(1)));
    channels.set(1, requireShape(output(0)).get(1));
    return graph().reshape(broadcasting().sumTo(channels, gradient, output(0)), -1);
  }

  Optional<List<Dimension>> shape(String value) {
    return pass.knowledge().shape(value);
  }

  /** The shape of a value without which the rule cannot go on. */
  List<Dimension> requireShape(String value) {
    return broadcasting().shapeOf(value);
  }

  int rank(String value) {
    return requireShape(value).size();
  }

  ElementType type(String value) {
    return pass.knowledge().type(value);
  }

  Optional<Tensor> constant(String value) {
    return pass.knowledge().constant(value);
  }

  /** The gradient repeated to the shape of a value. */
  String full(String gradient, String like) {
    return broadcasting().full(gradient, like);
  }

  /** Whether a value certainly has the shape of another one. */
  boolean sameShape(String a, String b) {
    return pass.knowledge().sameShape(a, b);
  }

  /** Shape of a value, INT64 {@code [rank]}; costs nothing where it is known. */
  String shapeVector(String value) {
    return broadcasting().shape(value);
  }

  /** Number of elements along axes of a value, a scalar of its type; a constant if known. */
  String count(String value, List<Integer> axes) {
    return broadcasting().count(value, axes);
  }

  /** The gradient divided by the number of elements along axes of a value. */
  String perElement(String gradient, String value, List<Integer> axes) {
    return broadcasting().divideByCount(gradient, value, axes);
  }

  /** A gradient times a number. */
  String scaled(String gradient, double factor) {
    return broadcasting().scaled(gradient, factor);
  }

  /** A constant of the type of the first input. */
  String scalar(double value) {
    return broadcasting().scalar(value, type(input(0)));
  }

  /** Zero of the type of a value. */
  String zero(String like) {
    return broadcasting().scalar(0, type(like));
  }

  /** An axis attribute, counted from the first axis of the first input. */
  int axis(String attribute, long fallback) {
    long axis = node.intAttribute(attribute, fallback);
    int rank = rank(input(0));
    if (axis < -rank || axis >= rank) {
      throw unsupported(
          "its %s is %d, expected %d to %d".formatted(attribute, axis, -rank, rank - 1));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Refuses a model whose operator set cannot express the rule. */
  void requireOpset(long least) {
    if (opset() < least) {
      throw unsupported(
          "its gradient takes operator set "
              + least
              + ", the model has "
              + opset()
              + "; export the model with opset_version="
              + least);
    }
  }

  /** For rules to throw. */
  UnsupportedCase unsupported(String reason) {
    return new UnsupportedCase(reason);
  }

  private Broadcasting broadcasting() {
    return pass.broadcasting();
  }
}
