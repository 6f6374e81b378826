package dev.evenkeel.jobs.step;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What both models answered to the latest samples of one stream, and what the labels that came for
 * them say and the guards were not told yet.
 *
 * <p>Version 1 of its bytes: version, the three counts, number of answers; then of each, oldest
 * first, the sample's identity (8 bytes), label of the adapted model, label of the source model.
 */
final class RecentAnswers {
  private static final int VERSION = 1;
  private static final int HEADER = 5 * Integer.BYTES;
  private static final int ANSWER = Long.BYTES + 2 * Integer.BYTES;
  private static final int FEW = 64;

  /** In the place of the source model's label once a label has come. */
  private static final int LABELLED = -1;

  private long[] samples = new long[0];
  private int[] adapted = new int[0];
  private int[] source = new int[0];
  private int oldest;
  private int size;
  private int labelled;
  private int adaptedRight;
  private int sourceRight;
  private boolean changed;

  /**
   * What labels say.
   *
   * @param labelled samples with a label
   * @param adaptedRight of them that the adapted model answered rightly
   * @param sourceRight of them that the source model answered rightly
   */
  record Tally(int labelled, int adaptedRight, int sourceRight) {}

  /**
   * Remembers an answer, and forgets the oldest beyond a number.
   *
   * @param sample its {@link SampleHash#identity identity}
   * @param most answers to be remembered, at least 1
   */
  void add(long sample, int adaptedLabel, int sourceLabel, int most) {
    if (size >= most) {
      int surplus = size - most + 1;
      oldest = place(surplus);
      size -= surplus;
    }
    if (size == samples.length) {
      grow(Math.min(most, Math.max(FEW, 2 * size)));
    }
    int at = place(size);
    samples[at] = sample;
    adapted[at] = adaptedLabel;
    source[at] = sourceLabel;
    size++;
    changed = true;
  }

  /** Where the answer of that number lies, 0 for the oldest. */
  private int place(int number) {
    return (oldest + number) % samples.length;
  }

  private void grow(int length) {
    int tail = samples.length - oldest;
    long[] moreSamples = new long[length];
    System.arraycopy(samples, oldest, moreSamples, 0, tail);
    System.arraycopy(samples, 0, moreSamples, tail, oldest);
    samples = moreSamples;
    adapted = grown(adapted, tail, length);
    source = grown(source, tail, length);
    oldest = 0;
  }

  private int[] grown(int[] full, int tail, int length) {
    int[] more = new int[length];
    System.arraycopy(full, oldest, more, 0, tail);
    System.arraycopy(full, 0, more, tail, oldest);
    return more;
  }

  /**
   * Counts the label of a sample: of the last answer to it, once, if it is remembered.
   *
   * @param label its true class
   */
  void label(long sample, int label) {
    for (int i = size - 1; i >= 0; i--) {
      int at = place(i);
      if (samples[at] == sample) {
        count(at, label);
        return;
      }
    }
  }

  private void count(int at, int label) {
    if (source[at] == LABELLED) {
      return;
    }
    labelled++;
    adaptedRight += adapted[at] == label ? 1 : 0;
    sourceRight += source[at] == label ? 1 : 0;
    source[at] = LABELLED;
    changed = true;
  }

  boolean hasLabels() {
    return labelled > 0;
  }

  /** Hands over what labels said since the last time. */
  Tally takeLabels() {
    Tally tally = new Tally(labelled, adaptedRight, sourceRight);
    labelled = 0;
    adaptedRight = 0;
    sourceRight = 0;
    changed = true;
    return tally;
  }

  int size() {
    return size;
  }

  boolean isChanged() {
    return changed;
  }

  void written() {
    changed = false;
  }

  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + size * ANSWER);
    bytes.putInt(VERSION).putInt(labelled).putInt(adaptedRight).putInt(sourceRight).putInt(size);
    for (int i = 0; i < size; i++) {
      int at = place(i);
      bytes.putLong(samples[at]).putInt(adapted[at]).putInt(source[at]);
    }
    return bytes.array();
  }

  /**
   * @throws IllegalArgumentException if the bytes are damaged or of another version
   */
  static RecentAnswers fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    RecentAnswers read = new RecentAnswers();
    try {
      int version = in.getInt();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "A stream's recent answers have layout version "
                + version
                + ", expected "
                + VERSION
                + "; run the release that wrote it, or start with --fresh");
      }
      read.labelled = in.getInt();
      read.adaptedRight = in.getInt();
      read.sourceRight = in.getInt();
      int size = in.getInt();
      if (in.remaining() != (long) size * ANSWER) {
        throw new BufferUnderflowException();
      }
      read.grow(size);
      for (int i = 0; i < size; i++) {
        read.add(in.getLong(), in.getInt(), in.getInt(), size);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "A stream's recent answers of "
              + bytes.length
              + " bytes are cut short; restore an older checkpoint, or start with --fresh",
          e);
    }
    read.changed = false;
    return read;
  }
}
