package dev.evenkeel.adapters.tta.memory;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a memory holds, as it is checkpointed. Entries of a state: {@code memory.samples} {@code
 * [items, sample elements]}, {@code memory.labels}, {@code memory.uncertainties}, {@code
 * memory.ages} {@code [items]} and {@code memory.seen} {@code [classes]}. Samples that are all
 * bytes / 255 are stored as bytes.
 *
 * @param items by class, within a class in the order in which they came
 * @param seen how many samples of each class ever came
 */
public record MemoryState(List<MemoryItem> items, List<Long> seen) {
  private static final String SAMPLES = "memory.samples";
  private static final String LABELS = "memory.labels";
  private static final String UNCERTAINTIES = "memory.uncertainties";
  private static final String AGES = "memory.ages";
  private static final String SEEN = "memory.seen";

  public MemoryState {
    items = List.copyOf(items);
    seen = List.copyOf(seen);
    for (int i = 0; i < items.size(); i++) {
      int label = items.get(i).label();
      if (label < (i == 0 ? 0 : items.get(i - 1).label()) || label >= seen.size()) {
        throw new IllegalArgumentException(
            "Item " + i + " of a memory of " + seen.size() + " classes has label " + label);
      }
      if (items.get(i).sample().length != items.get(0).sample().length) {
        throw new IllegalArgumentException(
            "Item "
                + i
                + " of a memory has "
                + items.get(i).sample().length
                + " elements, the first has "
                + items.get(0).sample().length);
      }
    }
  }

  /** A memory that has seen nothing. */
  public static MemoryState empty(int classes) {
    return new MemoryState(List.of(), Arrays.stream(new long[classes]).boxed().toList());
  }

  public int classes() {
    return seen.size();
  }

  /** The entries of a state; {@link #fromEntries} gives back the same bits. */
  public Map<String, Tensor> toEntries() {
    Shape count = Shape.of(items.size());
    float[] uncertainties = new float[items.size()];
    for (int i = 0; i < uncertainties.length; i++) {
      uncertainties[i] = items.get(i).uncertainty();
    }
    return Map.of(
        SAMPLES, samples(),
        LABELS, Tensor.ofLongs(count, items.stream().mapToLong(MemoryItem::label).toArray()),
        UNCERTAINTIES, Tensor.ofFloats(count, uncertainties),
        AGES, Tensor.ofLongs(count, items.stream().mapToLong(MemoryItem::age).toArray()),
        SEEN, Tensor.ofLongs(Shape.of(seen.size()), longs(seen)));
  }

  /**
   * Reads the entries that {@link #toEntries} made.
   *
   * @param classes of the model; a state without a memory is an empty one
   * @throws IllegalArgumentException if the entries are incomplete or of another number of classes
   */
  public static MemoryState fromEntries(StateDict state, int classes) {
    if (!state.entries().containsKey(SEEN)) {
      return empty(classes);
    }
    List<Long> seen = Arrays.stream(state.get(SEEN).toLongs()).boxed().toList();
    if (seen.size() != classes) {
      throw new IllegalArgumentException(
          "The state's memory is of " + seen.size() + " classes, the model's are " + classes);
    }
    long[] labels = state.get(LABELS).toLongs();
    long[] ages = state.get(AGES).toLongs();
    float[] uncertainties = state.get(UNCERTAINTIES).toFloats();
    float[] samples = floats(state.get(SAMPLES));
    int count = labels.length;
    if (ages.length != count
        || uncertainties.length != count
        || state.get(SAMPLES).shape().dimension(0) != count) {
      throw new IllegalArgumentException(
          "The state's memory has "
              + state.get(SAMPLES).shape().dimension(0)
              + " samples, "
              + count
              + " labels, "
              + uncertainties.length
              + " uncertainties and "
              + ages.length
              + " ages");
    }
    List<MemoryItem> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int elements = samples.length / count;
      float[] sample = Arrays.copyOfRange(samples, i * elements, (i + 1) * elements);
      items.add(new MemoryItem(sample, Math.toIntExact(labels[i]), uncertainties[i], ages[i]));
    }
    return new MemoryState(items, seen);
  }

  private Tensor samples() {
    int elements = items.isEmpty() ? 0 : items.get(0).sample().length;
    Shape shape = Shape.of(items.size(), elements);
    float[] joined = new float[Math.toIntExact(shape.size())];
    byte[] bytes = new byte[joined.length];
    boolean exact = true;
    for (int i = 0; i < joined.length; i++) {
      joined[i] = items.get(i / elements).sample()[i % elements];
      int nearest = Math.round(joined[i] * 255);
      bytes[i] = (byte) nearest;
      exact &=
          Float.floatToRawIntBits((bytes[i] & 0xff) / 255f) == Float.floatToRawIntBits(joined[i]);
    }
    return exact ? Tensor.ofBytes(shape, bytes) : Tensor.ofFloats(shape, joined);
  }

  private static float[] floats(Tensor samples) {
    if (samples.type() != ElementType.UINT8) {
      return samples.toFloats();
    }
    ByteBuffer bytes = samples.bytes();
    float[] values = new float[samples.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (bytes.get(i) & 0xff) / 255f;
    }
    return values;
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
