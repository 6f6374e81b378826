package dev.evenkeel.adapters.onnx.interpreter;

import java.util.List;
import java.util.function.Function;

/** What an operator computes: its outputs in order, possibly more than the node uses. */
interface Operator {
  List<Array> apply(Call call);

  /** An operator with one output. */
  static Operator of(Function<Call, Array> function) {
    return call -> List.of(function.apply(call));
  }
}
