package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.tensor.ElementType;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Operators that work element by element, with broadcasting. */
final class Elementwise {
  private Elementwise() {}

  static Operator unary(DoubleUnaryOperator operator) {
    return Operator.of(call -> call.input(0).map(operator));
  }

  static Operator binary(DoubleBinaryOperator operator) {
    return Operator.of(call -> combine(call.input(0), call.input(1), operator));
  }

  /** Any number of inputs, from left to right. */
  static Operator variadic(DoubleBinaryOperator operator) {
    return Operator.of(call -> fold(call, operator));
  }

  static Operator comparison(Comparison comparison) {
    return Operator.of(
        call ->
            combine(call.input(0), call.input(1), (a, b) -> comparison.holds(a, b) ? 1 : 0)
                .as(ElementType.BOOL));
  }

  /** A relation between two numbers. */
  interface Comparison {
    boolean holds(double left, double right);
  }

  static Array combine(Array left, Array right, DoubleBinaryOperator operator) {
    return Array.build(
        left.type(),
        Positions.broadcast(left.shape(), right.shape()),
        at -> operator.applyAsDouble(left.broadcastAt(at), right.broadcastAt(at)));
  }

  /** Integers are divided towards zero. */
  static Array divide(Call call) {
    Array quotient = combine(call.input(0), call.input(1), (a, b) -> a / b);
    return quotient.type().isFloat()
        ? quotient
        : quotient.map(x -> x < 0 ? Math.ceil(x) : Math.floor(x));
  }

  static Array mean(Call call) {
    return fold(call, Double::sum).map(sum -> sum / call.inputs().size());
  }

  static Array where(Call call) {
    Array condition = call.input(0);
    Array yes = call.input(1);
    Array no = call.input(2);
    return Array.build(
        yes.type(),
        Positions.broadcast(condition.shape(), Positions.broadcast(yes.shape(), no.shape())),
        at -> (condition.broadcastAt(at) != 0 ? yes : no).broadcastAt(at));
  }

  /** Bounds are attributes before opset 11, inputs from then on. */
  static Array clip(Call call) {
    double low = call.has(1) ? call.input(1).value(0) : call.number("min", -Float.MAX_VALUE);
    double high = call.has(2) ? call.input(2).value(0) : call.number("max", Float.MAX_VALUE);
    return call.input(0).map(x -> Math.min(high, Math.max(low, x)));
  }

  /** Numbers lose their fraction and wrap around when they become integers. */
  static Array cast(Call call) {
    ElementType to =
        ElementType.ofOnnxNumber(call.integer("to", 0)).orElseThrow(() -> call.unsupported("to"));
    return call.input(0).map(x -> cast(x, to)).as(to);
  }

  private static double cast(double x, ElementType to) {
    return switch (to) {
      case BFLOAT16, FLOAT16, FLOAT32, FLOAT64 -> x;
      case BOOL -> x != 0 ? 1 : 0;
      case INT16 -> (short) (long) x;
      case INT32 -> (int) (long) x;
      case INT64, UINT64 -> (double) (long) x;
      case INT8 -> (byte) (long) x;
      case UINT16 -> (double) ((long) x & 0xffff);
      case UINT32 -> (double) ((long) x & 0xffffffffL);
      case UINT8 -> (double) ((long) x & 0xff);
    };
  }

  private static Array fold(Call call, DoubleBinaryOperator operator) {
    return call.inputs().stream()
        .reduce((left, right) -> combine(left, right, operator))
        .orElseThrow(() -> new IllegalArgumentException("There is no input"));
  }
}
