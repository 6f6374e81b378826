package dev.evenkeel.jobs.demo.result;

import dev.evenkeel.jobs.demo.data.DriftStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keeps every answer of every recipe beside the truth. Written by one thread; the running figures
 * may be read by others.
 */
public final class Scoreboard {
  private static final int UNANSWERED = -1;

  /**
   * An answer as a consumer saw it.
   *
   * @param position of the sample in the stream
   * @param label predicted class
   * @param sourceLabel class predicted by the source model; null where it did not run
   * @param entropy of the answer in nats
   * @param sentAt when the sample was sent, milliseconds since 1970
   * @param answeredAt when the job emitted the answer, milliseconds since 1970
   * @param visibleAt when the consumer saw it, milliseconds since 1970
   */
  public record Answer(
      int position,
      int label,
      Integer sourceLabel,
      double entropy,
      long sentAt,
      long answeredAt,
      long visibleAt) {}

  private final DriftStream stream;
  private final List<String> recipes;
  private final List<Column> columns;
  private final int[] sourceLabels;

  /**
   * @param stream the truth
   * @param recipes names of the recipes, the judged one first
   */
  public Scoreboard(DriftStream stream, List<String> recipes) {
    this.stream = stream;
    this.recipes = List.copyOf(recipes);
    this.columns = recipes.stream().map(recipe -> new Column(stream.size())).toList();
    this.sourceLabels = filled(stream.size());
  }

  /**
   * Notes an answer.
   *
   * @throws IllegalStateException if the recipe answered the sample before, or no such sample
   *     exists
   */
  public synchronized void note(int recipe, Answer answer) {
    Column column = columns.get(recipe);
    int position = answer.position();
    if (position < 0 || position >= stream.size()) {
      throw new IllegalStateException(
          recipes.get(recipe)
              + " answered sample "
              + position
              + ", but the stream ends at "
              + stream.size());
    }
    if (column.labels[position] != UNANSWERED) {
      throw new IllegalStateException(
          recipes.get(recipe) + " answered sample " + position + " twice");
    }
    column.labels[position] = answer.label();
    column.entropies[position] = answer.entropy();
    column.sentAt[position] = answer.sentAt();
    column.answeredAt[position] = answer.answeredAt();
    column.visibleAt[position] = answer.visibleAt();
    column.answered++;
    if (answer.sourceLabel() != null) {
      sourceLabels[position] = answer.sourceLabel();
    }
  }

  public List<String> recipes() {
    return recipes;
  }

  /** Number of samples a recipe has answered. */
  public synchronized int answered(int recipe) {
    return columns.get(recipe).answered;
  }

  /** Whether every recipe has answered every sample. */
  public synchronized boolean isComplete() {
    return columns.stream().allMatch(column -> column.answered == stream.size());
  }

  /** Error rate of a recipe over the answered samples of a range; NaN if there are none. */
  public synchronized double errorRate(int recipe, int from, int to) {
    return errorRate(columns.get(recipe).labels, from, to);
  }

  /** Error rate of the source model over the answered samples of a range; NaN if there are none. */
  public synchronized double sourceErrorRate(int from, int to) {
    return errorRate(sourceLabels, from, to);
  }

  /**
   * Boils the answers down.
   *
   * @throws IllegalStateException if answers are missing
   */
  public synchronized DemoResult result(List<String> classNames) {
    if (!isComplete()) {
      throw new IllegalStateException("The stream has samples without an answer");
    }
    return new Digest(stream, recipes, columns, sourceLabels).result(classNames);
  }

  private double errorRate(int[] labels, int from, int to) {
    int known = 0;
    int wrong = 0;
    for (int i = from; i < to; i++) {
      if (labels[i] != UNANSWERED) {
        known++;
        wrong += labels[i] == stream.label(i) ? 0 : 1;
      }
    }
    return known == 0 ? Double.NaN : (double) wrong / known;
  }

  private static int[] filled(int size) {
    int[] labels = new int[size];
    Arrays.fill(labels, UNANSWERED);
    return labels;
  }

  /** The answers of one recipe, by position. */
  static final class Column {
    final int[] labels;
    final double[] entropies;
    final long[] sentAt;
    final long[] answeredAt;
    final long[] visibleAt;
    private int answered;

    Column(int size) {
      labels = filled(size);
      entropies = new double[size];
      sentAt = new long[size];
      answeredAt = new long[size];
      visibleAt = new long[size];
    }

    Latency toAnswer(int from, int to) {
      return Latency.of(IntStream.range(from, to).mapToLong(i -> answeredAt[i] - sentAt[i]));
    }

    Latency toVisible(int from, int to) {
      return Latency.of(IntStream.range(from, to).mapToLong(i -> visibleAt[i] - sentAt[i]));
    }

    double samplesPerSecond(int from, int to) {
      long[] times = Arrays.stream(answeredAt, from, to).sorted().toArray();
      long millis = times[times.length - 1] - times[0];
      return 1000.0 * times.length / Math.max(1, millis);
    }
  }
}
