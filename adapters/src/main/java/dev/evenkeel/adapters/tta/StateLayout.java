package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the canonical state of one stream lies in the state tensors of a program. Canonical entries
 * never change; the tensors may, with the program's formulation.
 *
 * @param tensors state tensors of the program
 * @param entries canonical float entries with their shapes
 * @param segments runs of floats that say which part of an entry lies where in a tensor; together
 *     they cover every entry and every tensor once
 */
public record StateLayout(
    List<StateTensor> tensors, SortedMap<String, Shape> entries, List<Segment> segments) {
  /** Layout of a program without state. */
  public static final StateLayout EMPTY = new StateLayout(List.of(), new TreeMap<>(), List.of());

  /**
   * A state tensor: the graph input it enters by and the output its successor leaves by, both float
   * {@code [streams, shape...]}.
   */
  public record StateTensor(String input, String output, Shape shape) {}

  /** Some consecutive floats of an entry, and where they lie in a tensor. */
  public record Segment(String entry, int entryOffset, int tensor, int tensorOffset, int length) {}

  public StateLayout {
    tensors = List.copyOf(tensors);
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    segments = List.copyOf(segments);
    long inTensors = tensors.stream().mapToLong(tensor -> tensor.shape().size()).sum();
    long inEntries = entries.values().stream().mapToLong(Shape::size).sum();
    long inSegments = segments.stream().mapToLong(Segment::length).sum();
    if (inTensors != inSegments || inEntries != inSegments) {
      throw new IllegalArgumentException(
          "State layout has "
              + inEntries
              + " floats in entries, "
              + inTensors
              + " in tensors and "
              + inSegments
              + " in segments; all three must be equal");
    }
  }

  /**
   * Writes canonical entries into one stream's tensors.
   *
   * @throws IllegalArgumentException if an entry is missing or has another shape or type
   */
  public void pack(StateDict state, List<FloatBuffer> into) {
    Map<String, float[]> values = new TreeMap<>();
    entries.forEach(
        (name, shape) -> {
          Tensor tensor = state.get(name);
          if (tensor.type() != ElementType.FLOAT32 || !tensor.shape().equals(shape)) {
            throw new IllegalArgumentException(
                "State entry '"
                    + name
                    + "' is "
                    + tensor
                    + ", the program expects "
                    + ElementType.FLOAT32
                    + shape
                    + "; was it saved with another model or recipe?");
          }
          values.put(name, tensor.toFloats());
        });
    for (Segment segment : segments) {
      into.get(segment.tensor())
          .put(
              segment.tensorOffset(),
              values.get(segment.entry()),
              segment.entryOffset(),
              segment.length());
    }
  }

  /** Reads canonical entries from one stream's tensors. */
  public SortedMap<String, Tensor> unpack(List<FloatBuffer> from) {
    Map<String, float[]> values = new TreeMap<>();
    entries.forEach((name, shape) -> values.put(name, new float[Math.toIntExact(shape.size())]));
    for (Segment segment : segments) {
      from.get(segment.tensor())
          .get(
              segment.tensorOffset(),
              values.get(segment.entry()),
              segment.entryOffset(),
              segment.length());
    }
    SortedMap<String, Tensor> state = new TreeMap<>();
    values.forEach((name, floats) -> state.put(name, Tensor.ofFloats(entries.get(name), floats)));
    return state;
  }

  /** Collects the parts of a layout. */
  public static final class Builder {
    private final List<StateTensor> tensors = new ArrayList<>();
    private final SortedMap<String, Shape> entries = new TreeMap<>();
    private final List<Segment> segments = new ArrayList<>();

    public Builder entry(String name, long... shape) {
      entries.put(name, Shape.of(shape));
      return this;
    }

    /** Adds a tensor and returns its index. */
    public int tensor(String input, String output, long... shape) {
      tensors.add(new StateTensor(input, output, Shape.of(shape)));
      return tensors.size() - 1;
    }

    public Builder segment(
        String entry, int entryOffset, int tensor, int tensorOffset, int length) {
      segments.add(new Segment(entry, entryOffset, tensor, tensorOffset, length));
      return this;
    }

    public StateLayout build() {
      return new StateLayout(tensors, entries, segments);
    }
  }
}
