package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.profile.HoldOutFile;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.jobs.replay.Recording;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Keeps some of the labelled samples that a profile is measured on, in shares of its classes. */
final class HoldOutCollector {
  /** Samples that a hold-out holds at most. */
  static final int MOST = 10_000;

  private final Recording recording;

  /** Which labelled sample is kept, rising. */
  private final int[] chosen;

  /** Where the kept ones lie in the recording. */
  private final List<Integer> positions = new ArrayList<>();

  private final List<float[]> logits = new ArrayList<>();
  private final List<float[]> features = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private int seen;

  /**
   * A collector that has seen nothing.
   *
   * @param count samples to keep; all if there are fewer
   */
  HoldOutCollector(Recording recording, int count) {
    this.recording = recording;
    int[] labelled =
        IntStream.range(0, recording.size())
            .filter(at -> recording.label(at) != Recording.UNKNOWN_CLASS)
            .toArray();
    int kept = Math.min(count, labelled.length);
    // Evenly spaced in the order of classes, so that every class keeps its share.
    int[] byClass =
        IntStream.range(0, labelled.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> recording.label(labelled[i])))
            .mapToInt(Integer::intValue)
            .toArray();
    chosen =
        IntStream.range(0, kept)
            .map(i -> byClass[(int) ((i + 0.5) * labelled.length / kept)])
            .sorted()
            .toArray();
    Arrays.stream(chosen).forEach(i -> positions.add(labelled[i]));
  }

  /** The file beside a profile: {@code P.hold-out.npz} beside {@code P.json}. */
  static Path beside(Path profile) {
    String name = profile.getFileName().toString();
    String stem = name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
    return profile.resolveSibling(stem + ".hold-out.npz");
  }

  /** Takes the answer to the next labelled sample of the recording. */
  void add(float[] row, float[] read, int label) {
    if (Arrays.binarySearch(chosen, seen++) >= 0) {
      logits.add(row);
      features.add(read);
      labels.add(label);
    }
  }

  /** What was kept, after all samples. */
  HoldOutFile collected(String modelDigest, String profileDigest, boolean withInputs) {
    return new HoldOutFile(
        modelDigest,
        profileDigest,
        labels.stream().mapToInt(Integer::intValue).toArray(),
        joined(logits),
        joined(features),
        withInputs ? Optional.of(inputs()) : Optional.empty());
  }

  private static float[] joined(List<float[]> rows) {
    int width = rows.get(0).length;
    float[] joined = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, joined, i * width, width);
    }
    return joined;
  }

  /** The samples as the model receives them; bytes stay bytes where all are. */
  private Tensor inputs() {
    boolean bytes = positions.stream().allMatch(at -> recording.type(at) == ElementType.UINT8);
    Shape sample = recording.sampleShape();
    ElementType type = bytes ? ElementType.UINT8 : ElementType.FLOAT32;
    ByteBuffer data =
        ByteBuffer.allocate(Math.toIntExact(positions.size() * sample.size() * type.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int at : positions) {
      ByteBuffer one = recording.sample(at);
      if (bytes || recording.type(at) == ElementType.FLOAT32) {
        data.put(one);
      } else {
        while (one.hasRemaining()) {
          data.putFloat(Byte.toUnsignedInt(one.get()) / 255f);
        }
      }
    }
    long[] shape =
        LongStream.concat(LongStream.of(positions.size()), LongStream.of(sample.dimensions()))
            .toArray();
    return Tensor.wrap(type, Shape.of(shape), data.flip());
  }
}
