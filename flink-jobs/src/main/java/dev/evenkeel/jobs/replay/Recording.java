package dev.evenkeel.jobs.replay;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.SampleBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Recorded samples as a stream: the rows of one or more arrays, concatenated, in a given order,
 * with their labels if known. Rows keep the type of their file; nothing is expanded. Immutable.
 */
public final class Recording {
  /** Label of a class that the model does not know. */
  public static final int UNKNOWN_CLASS = -1;

  private final List<Part> parts;
  private final Shape sampleShape;
  private final int[] rows;
  private final Optional<int[]> labels;

  /** One file: {@code [rows, sample...]}, its first row being {@code start} of all. */
  private record Part(Path file, Tensor array, int start) {
    int rowCount() {
      return Math.toIntExact(array.shape().dimension(0));
    }

    int end() {
      return start + rowCount();
    }
  }

  private Recording(List<Part> parts, Shape sampleShape, int[] rows, Optional<int[]> labels) {
    this.parts = parts;
    this.sampleShape = sampleShape;
    this.rows = rows;
    this.labels = labels;
  }

  /**
   * Reads arrays.
   *
   * @param inputs {@code [n, sample...]} each, UINT8 or FLOAT32, equal sample shapes but for axes
   *     of size 1; concatenated along the first axis
   * @param labels integers {@code [n]}, concatenated likewise, as many as samples; {@link
   *     #UNKNOWN_CLASS} marks a class the model does not know; none if unlabelled
   * @param order integers {@code [stream length]}, rows of the concatenation in stream order; a row
   *     may occur more than once; empty for the order of the files
   * @throws RecordingException if an array does not fit, naming the file
   * @throws IOException if a file cannot be read
   */
  public static Recording read(List<Path> inputs, List<Path> labels, Optional<Path> order)
      throws IOException {
    List<Part> parts = new ArrayList<>();
    int count = 0;
    for (Path file : inputs) {
      Part part = new Part(file, readInput(file), count);
      if (!parts.isEmpty() && !fits(sampleShape(part), sampleShape(parts.get(0)))) {
        throw new RecordingException(
            file
                + " has samples of shape "
                + sampleShape(part)
                + ", expected "
                + sampleShape(parts.get(0))
                + " like "
                + parts.get(0).file());
      }
      count = Math.addExact(count, part.rowCount());
      parts.add(part);
    }
    if (count == 0) {
      throw new RecordingException(
          "The inputs " + inputs + " hold no samples, expected at least 1");
    }
    int[] rows =
        order.isPresent()
            ? readIntegers(order.get(), 0, count - 1, "a row of the inputs")
            : IntStream.range(0, count).toArray();
    Optional<int[]> allLabels =
        labels.isEmpty() ? Optional.empty() : Optional.of(readLabels(labels, count));
    return new Recording(List.copyOf(parts), sampleShape(parts.get(0)), rows, allLabels);
  }

  /** Number of samples in the stream. */
  public int size() {
    return rows.length;
  }

  /** Dimensions of one sample, as they are in the first file. */
  public Shape sampleShape() {
    return sampleShape;
  }

  /**
   * Whether a model that takes samples of that shape can take these: the shapes are equal but for
   * axes of size 1.
   */
  public boolean fits(Shape modelShape) {
    return fits(sampleShape, modelShape);
  }

  private static boolean fits(Shape one, Shape other) {
    return Arrays.equals(withoutOnes(one), withoutOnes(other));
  }

  private static long[] withoutOnes(Shape shape) {
    return LongStream.of(shape.dimensions()).filter(dimension -> dimension != 1).toArray();
  }

  /**
   * Checks that a model which takes samples of that shape can take these.
   *
   * @throws RecordingException naming both shapes
   */
  public void requireFit(Shape modelShape) {
    if (!fits(modelShape)) {
      throw new RecordingException(
          "The inputs hold samples of shape "
              + sampleShape
              + ", expected "
              + modelShape
              + ", which the model takes");
    }
  }

  /** Refills a batch with the samples at positions {@code start} to {@code end}, exclusive. */
  public void fill(SampleBatch batch, int start, int end) {
    batch.clear();
    for (int position = start; position < end; position++) {
      if (type(position) == ElementType.UINT8) {
        batch.addUint8(sample(position));
      } else {
        batch.addFloat32(sample(position));
      }
    }
  }

  /** Element type of the sample at a position of the stream: UINT8 or FLOAT32. */
  public ElementType type(int position) {
    return part(rows[position]).array().type();
  }

  /** The elements of the sample at a position of the stream: a view, little-endian, read-only. */
  public ByteBuffer sample(int position) {
    int row = rows[position];
    Part part = part(row);
    int bytes = Math.toIntExact(sampleShape.size() * part.array().type().bytes());
    return part.array()
        .bytes()
        .slice((row - part.start()) * bytes, bytes)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether the samples have labels. */
  public boolean isLabelled() {
    return labels.isPresent();
  }

  /**
   * The class of the sample at a position of the stream, or {@link #UNKNOWN_CLASS}.
   *
   * @throws IllegalStateException if the recording is not labelled
   */
  public int label(int position) {
    return labels
        .orElseThrow(() -> new IllegalStateException("The recording has no labels"))[
        rows[position]];
  }

  /**
   * Checks that no value is NaN or infinite.
   *
   * @throws RecordingException naming the file and the row of the first such value
   */
  public void requireFinite() {
    for (Part part : parts) {
      if (part.array().type() == ElementType.FLOAT32) {
        requireFinite(part);
      }
    }
  }

  /**
   * Checks that every label is a class of the model or unknown.
   *
   * @throws RecordingException naming the first that is not
   */
  public void requireLabelsBelow(int classes) {
    for (int position = 0; isLabelled() && position < size(); position++) {
      if (label(position) >= classes) {
        throw new RecordingException(
            "The label at row "
                + rows[position]
                + " of the labels is "
                + label(position)
                + ", expected -1 to "
                + (classes - 1)
                + ", since the model has "
                + classes
                + " classes");
      }
    }
  }

  private static void requireFinite(Part part) {
    FloatBuffer values = part.array().bytes().asFloatBuffer();
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new RecordingException(
            part.file()
                + " holds "
                + values.get(i)
                + " in row "
                + i / (values.limit() / part.rowCount())
                + ", expected finite values only; remove or repair the row");
      }
    }
  }

  private Part part(int row) {
    int low = 0;
    int high = parts.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (row < parts.get(middle).end()) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return parts.get(low);
  }

  private static Tensor readInput(Path file) throws IOException {
    Tensor array = Npy.read(file);
    if (array.type() != ElementType.UINT8 && array.type() != ElementType.FLOAT32) {
      throw new RecordingException(
          file + " holds " + array.type() + ", expected UINT8 or FLOAT32; convert the array");
    }
    if (array.shape().rank() < 2) {
      throw new RecordingException(
          file + " has shape " + array.shape() + ", expected [samples, sample shape...]");
    }
    return array;
  }

  private static int[] readLabels(List<Path> files, int count) throws IOException {
    IntStream.Builder all = IntStream.builder();
    for (Path file : files) {
      for (int label : readIntegers(file, UNKNOWN_CLASS, Integer.MAX_VALUE, "a class")) {
        all.add(label);
      }
    }
    int[] labels = all.build().toArray();
    if (labels.length != count) {
      throw new RecordingException(
          "There are "
              + labels.length
              + " labels in "
              + files
              + ", expected "
              + count
              + ", one for each sample of the inputs");
    }
    return labels;
  }

  private static int[] readIntegers(Path file, int minimum, int maximum, String meaning)
      throws IOException {
    Tensor array = Npy.read(file);
    boolean isInteger =
        switch (array.type()) {
          case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, BOOL -> false;
          default -> true;
        };
    if (!isInteger || array.shape().rank() != 1) {
      throw new RecordingException(
          file + " holds " + array + ", expected integers of shape [n]; convert the array");
    }
    long[] values = array.toLongs();
    int[] integers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] < minimum || values[i] > maximum) {
        throw new RecordingException(
            file
                + " holds "
                + values[i]
                + " in row "
                + i
                + ", expected "
                + meaning
                + (maximum == Integer.MAX_VALUE
                    ? ", at least " + minimum
                    : ", " + minimum + " to " + maximum));
      }
      integers[i] = (int) values[i];
    }
    return integers;
  }

  private static Shape sampleShape(Part part) {
    long[] dimensions = part.array().shape().dimensions();
    return Shape.of(Arrays.copyOfRange(dimensions, 1, dimensions.length));
  }
}
