package dev.evenkeel.adapters.onnx.graph;

import dev.evenkeel.adapters.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** A compile-time constant of a node. */
public sealed interface Attribute {
  record IntAttribute(long value) implements Attribute {}

  record FloatAttribute(float value) implements Attribute {}

  record StringAttribute(String value) implements Attribute {}

  record TensorAttribute(Tensor value) implements Attribute {}

  record IntsAttribute(List<Long> values) implements Attribute {
    public IntsAttribute {
      values = List.copyOf(values);
    }

    public long[] toArray() {
      return values.stream().mapToLong(Long::longValue).toArray();
    }
  }

  record FloatsAttribute(List<Float> values) implements Attribute {
    public FloatsAttribute {
      values = List.copyOf(values);
    }
  }

  record StringsAttribute(List<String> values) implements Attribute {
    public StringsAttribute {
      values = List.copyOf(values);
    }
  }

  /**
   * The body of a control-flow operator, in its file format. Carried along, never looked into.
   *
   * @param definition the body, read-only
   * @param reads values of the surrounding graph that the body reads
   */
  record GraphAttribute(ByteBuffer definition, SortedSet<String> reads) implements Attribute {
    public GraphAttribute {
      definition = definition.slice().asReadOnlyBuffer();
      reads = Collections.unmodifiableSortedSet(new TreeSet<>(reads));
    }

    /** A fresh view of the body. */
    @Override
    public ByteBuffer definition() {
      return definition.duplicate();
    }
  }

  static Attribute of(long value) {
    return new IntAttribute(value);
  }

  static Attribute of(float value) {
    return new FloatAttribute(value);
  }

  static Attribute of(String value) {
    return new StringAttribute(value);
  }

  static Attribute of(Tensor value) {
    return new TensorAttribute(value);
  }

  static Attribute ofInts(long... values) {
    return new IntsAttribute(Arrays.stream(values).boxed().toList());
  }
}
