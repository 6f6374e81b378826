package dev.evenkeel.adapters.drift;

import dev.evenkeel.adapters.drift.ShiftAlarm.Event;
import dev.evenkeel.adapters.labelshift.SourceMoments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Watches a stream for shifts, in blocks of {@value #BLOCK} samples that the source model answered
 * too. Three signals, each in [0, 1], each with a change detector of its own:
 *
 * <ul>
 *   <li>{@code unexplained}: what no mixture of source classes explains of the source model's
 *       answers, beyond what sampling leaves of such a mixture ({@link SourceMoments}). The order
 *       of classes alone cannot move it, so it tells covariate shift from label shift;
 *   <li>{@code label-distribution}: total variation between that mixture and the source prior. A
 *       label shift where the mixture explains the block, else covariate shift;
 *   <li>{@code lost-diversity}: one minus the effective number of classes of the emitted answers
 *       over that of the source model's. A collapse, if it grows.
 * </ul>
 *
 * <p>A function: what it remembers is an array of numbers.
 */
public final class ShiftWatch {
  /** Samples that make a block, at least; batches are not cut. */
  public static final int BLOCK = 256;

  /**
   * Relative residuals up to which a block counts as explained: sampling alone leaves 0.2 to 1,
   * depending on the classes that are there.
   */
  private static final double EXPLAINED = 1.3;

  /** Share of diversity up to which its loss is no collapse. */
  private static final double LEAST_LOSS = 0.25;

  private static final int ITERATIONS = 100;

  private static final int SAMPLES = 0;
  private static final int SUMS = 1;

  private final Optional<SourceMoments> moments;
  private final ChangeDetector detector;
  private final int classes;

  /**
   * A watch.
   *
   * @param moments of the source; without them only a collapse is found
   */
  public ShiftWatch(Optional<SourceMoments> moments, ChangeDetector detector, int classes) {
    this.moments = moments;
    this.detector = detector;
    this.classes = classes;
  }

  /**
   * What the watch makes of a batch.
   *
   * @param state for the next one
   * @param alarms raised, in the order of the signals above
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Watched(double[] state, List<ShiftAlarm> alarms) {}

  /** The state before the first batch. */
  public double[] start() {
    return state(
        new double[SUMS + 5 * classes],
        List.of(detector.start(0), detector.start(Double.NaN), detector.start(0)));
  }

  /**
   * Takes in a batch.
   *
   * @param state left as it is
   * @param emitted probabilities summed over the batch, {@code [classes]}
   * @param source the same of the source model
   * @param sourceMoments sum of {@link SourceSignals}, null without a profile
   */
  public Watched next(
      double[] state, int samples, double[] emitted, double[] source, double[] sourceMoments) {
    double[] sums = Arrays.copyOf(state, SUMS + 5 * classes);
    sums[SAMPLES] += samples;
    add(sums, SUMS, emitted);
    add(sums, SUMS + classes, source);
    if (sourceMoments != null) {
      add(sums, SUMS + 2 * classes, sourceMoments);
    }
    List<double[]> detectors = detectors(state);
    if (sums[SAMPLES] < BLOCK) {
      return new Watched(state(sums, detectors), List.of());
    }
    List<ShiftAlarm> alarms = new ArrayList<>();
    moments.ifPresent(reference -> explain(reference, sums, detectors, alarms));
    double lost = 1 - diversity(sums, SUMS, classes) / diversity(sums, SUMS + classes, classes);
    detect(detectors, 2, Math.max(lost, 0), "lost-diversity", Event.COLLAPSE, true, alarms);
    return new Watched(state(new double[sums.length], detectors), alarms);
  }

  private void explain(
      SourceMoments reference, double[] sums, List<double[]> detectors, List<ShiftAlarm> alarms) {
    double samples = sums[SAMPLES];
    double[] means =
        IntStream.range(0, 3 * classes)
            .mapToDouble(i -> sums[SUMS + 2 * classes + i] / samples)
            .toArray();
    double[] prior = reference.prior();
    SourceMoments.Explanation explanation = reference.explain(means, prior, ITERATIONS);
    double left = explanation.residual() / reference.noise(explanation.weights(), (long) samples);
    double excess = Math.max(left - EXPLAINED, 0);
    detect(
        detectors, 0, excess / (1 + excess), "unexplained", Event.COVARIATE_SHIFT, false, alarms);
    double variation =
        IntStream.range(0, classes)
                .mapToDouble(y -> Math.abs(explanation.weights()[y] - prior[y]))
                .sum()
            / 2;
    Event event = left < EXPLAINED ? Event.LABEL_SHIFT : Event.COVARIATE_SHIFT;
    detect(detectors, 1, variation, "label-distribution", event, false, alarms);
  }

  /**
   * Lets one detector look.
   *
   * @param growing whether only growth is an alarm: a signal that falls back is good news
   */
  private void detect(
      List<double[]> detectors,
      int which,
      double value,
      String signal,
      Event event,
      boolean growing,
      List<ShiftAlarm> alarms) {
    ChangeDetector.Detection detection = detector.next(detectors.get(which), value);
    detectors.set(which, detection.state());
    if (detection.alarm() && !(growing && value < LEAST_LOSS)) {
      alarms.add(
          new ShiftAlarm(
              detector.name(), signal, event, detection.statistic(), detection.threshold()));
    }
  }

  /** Effective number of classes of the mean of summed probabilities. */
  static double diversity(double[] sums, int offset, int classes) {
    double total = 0;
    for (int y = 0; y < classes; y++) {
      total += sums[offset + y];
    }
    double entropy = 0;
    for (int y = 0; y < classes; y++) {
      double p = sums[offset + y] / total;
      entropy -= p > 0 ? p * Math.log(p) : 0;
    }
    return Math.exp(entropy);
  }

  private static void add(double[] sums, int offset, double[] values) {
    for (int i = 0; i < values.length; i++) {
      sums[offset + i] += values[i];
    }
  }

  /** The sums, then each detector's state after its length. */
  private static double[] state(double[] sums, List<double[]> detectors) {
    double[] joined =
        Arrays.copyOf(sums, sums.length + detectors.stream().mapToInt(d -> d.length + 1).sum());
    int at = sums.length;
    for (double[] one : detectors) {
      joined[at] = one.length;
      System.arraycopy(one, 0, joined, at + 1, one.length);
      at += 1 + one.length;
    }
    return joined;
  }

  private List<double[]> detectors(double[] state) {
    List<double[]> detectors = new ArrayList<>();
    for (int at = SUMS + 5 * classes; at < state.length; at += 1 + (int) state[at]) {
      detectors.add(Arrays.copyOfRange(state, at + 1, at + 1 + (int) state[at]));
    }
    return detectors;
  }
}
