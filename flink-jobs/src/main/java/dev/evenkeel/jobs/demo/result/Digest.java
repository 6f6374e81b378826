package dev.evenkeel.jobs.demo.result;

import dev.evenkeel.jobs.demo.data.DriftPhase;
import dev.evenkeel.jobs.demo.data.DriftStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Boils a complete scoreboard down to the result of the run. */
final class Digest {
  private final DriftStream stream;
  private final List<String> recipes;
  private final List<Scoreboard.Column> columns;
  private final int[] sourceLabels;

  Digest(
      DriftStream stream,
      List<String> recipes,
      List<Scoreboard.Column> columns,
      int[] sourceLabels) {
    this.stream = stream;
    this.recipes = recipes;
    this.columns = columns;
    this.sourceLabels = sourceLabels;
  }

  DemoResult result(List<String> classNames) {
    int size = stream.size();
    long start = columns.stream().mapToLong(c -> min(c.sentAt)).min().orElseThrow();
    long end = columns.stream().mapToLong(c -> max(c.visibleAt)).max().orElseThrow();
    return new DemoResult(
        Instant.ofEpochMilli(start),
        (end - start) / 1000.0,
        size,
        errorRate(sourceLabels, 0, size),
        IntStream.range(0, columns.size()).mapToObj(this::recipe).toList(),
        phases(),
        classNames,
        series(classNames.size()));
  }

  private RecipeResult recipe(int index) {
    Scoreboard.Column column = columns.get(index);
    int size = stream.size();
    return new RecipeResult(
        recipes.get(index),
        errorRate(column.labels, 0, size),
        column.samplesPerSecond(0, size),
        column.toAnswer(0, size),
        column.toVisible(0, size));
  }

  private List<PhaseResult> phases() {
    List<PhaseResult> results = new ArrayList<>();
    int start = 0;
    for (DriftPhase phase : stream.phases()) {
      int from = start;
      int to = start + phase.samples();
      results.add(
          new PhaseResult(
              phase.name(),
              from,
              phase.samples(),
              errorRate(sourceLabels, from, to),
              columns.stream().map(column -> errorRate(column.labels, from, to)).toList(),
              columns.get(0).samplesPerSecond(from, to),
              columns.get(0).toVisible(from, to)));
      start = to;
    }
    return results;
  }

  private Series series(int classes) {
    List<int[]> windows = windows();
    return new Series(
        windows.stream().map(window -> window[1]).toList(),
        windows.stream().map(w -> errorRate(sourceLabels, w[0], w[1])).toList(),
        columns.stream().map(column -> series(column, windows)).toList(),
        IntStream.range(0, classes).mapToObj(label -> labelShares(label, windows)).toList());
  }

  private Series.OfRecipe series(Scoreboard.Column column, List<int[]> windows) {
    List<Latency> visible =
        windows.stream().map(window -> column.toVisible(window[0], window[1])).toList();
    return new Series.OfRecipe(
        windows.stream().map(w -> errorRate(column.labels, w[0], w[1])).toList(),
        windows.stream()
            .map(w -> Arrays.stream(column.entropies, w[0], w[1]).average().orElseThrow())
            .toList(),
        windows.stream()
            .map(w -> share(w[0], w[1], i -> column.labels[i] == sourceLabels[i]))
            .toList(),
        windows.stream().map(window -> column.toAnswer(window[0], window[1]).p50()).toList(),
        visible.stream().map(Latency::p50).toList(),
        visible.stream().map(Latency::p99).toList());
  }

  private List<Double> labelShares(int label, List<int[]> windows) {
    return windows.stream()
        .map(
            window ->
                share(
                    Math.max(window[0], window[1] - Series.STEP),
                    window[1],
                    i -> stream.label(i) == label))
        .toList();
  }

  /** Trailing windows [from, to), clipped at the start of their phase. */
  private List<int[]> windows() {
    List<int[]> windows = new ArrayList<>();
    int start = 0;
    for (DriftPhase phase : stream.phases()) {
      int end = start + phase.samples();
      for (int to = start + Series.STEP; to < end + Series.STEP; to += Series.STEP) {
        int last = Math.min(to, end);
        windows.add(new int[] {Math.max(start, last - Series.WINDOW), last});
      }
      start = end;
    }
    return windows;
  }

  private double errorRate(int[] labels, int from, int to) {
    return share(from, to, i -> labels[i] != stream.label(i));
  }

  private static double share(int from, int to, IntPredicate condition) {
    return (double) IntStream.range(from, to).filter(condition).count() / (to - from);
  }

  private static long min(long[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static long max(long[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }
}
