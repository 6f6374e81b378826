package dev.evenkeel.adapters.drift;

import dev.evenkeel.adapters.drift.SegmentTable.Basis;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Judges segments that have {@value #ENOUGH} samples, by labels where as many came and by average
 * thresholded confidence otherwise. A fall that the mean over all samples hides is found here: each
 * segment is compared with its own past and with the rest. Two alarms:
 *
 * <ul>
 *   <li>{@code segment-accuracy}, {@code segment-estimate}: the interval of a segment lies below
 *       that of its past, and it fell by {@value #LEAST_FALL} at least;
 *   <li>{@code segment-gap}, {@code segment-estimate-gap}: its interval lies below that of the
 *       rest, by {@value #LEAST_GAP} at least; again only after the gap has closed.
 * </ul>
 *
 * <p>Intervals are Wilson's with {@value #Z} standard errors. The past forgets a tenth at each
 * look.
 */
final class SegmentJudge {
  static final int ENOUGH = 200;
  private static final double Z = 3;
  private static final double LEAST_FALL = 0.05;
  private static final double LEAST_GAP = 0.1;
  private static final double KEPT = 0.9;

  private final SortedMap<String, double[]> figures;
  private final List<SegmentFindings.Alarm> alarms = new ArrayList<>();

  SegmentJudge(SortedMap<String, double[]> figures) {
    this.figures = figures;
  }

  /** Findings; empty if no segment has samples enough. Changes what segments know of their past. */
  Optional<SegmentFindings> judge() {
    List<SegmentFindings.Segment> byLabels = judge(Basis.LABELS);
    List<SegmentFindings.Segment> byEstimate = judge(Basis.ESTIMATE);
    List<SegmentFindings.Segment> judged = byLabels.isEmpty() ? byEstimate : byLabels;
    double[] others = figures.get(SegmentTable.OTHERS);
    long gathered = others == null ? 0 : (long) others[SegmentTable.SEEN];
    return judged.stream()
        .min(Comparator.comparingDouble(segment -> segment.accuracy().share()))
        .map(worst -> new SegmentFindings(worst, alarms, judged.size(), gathered));
  }

  private List<SegmentFindings.Segment> judge(Basis basis) {
    double hits = 0;
    double count = 0;
    for (double[] segment : figures.values()) {
      hits += basis.of(segment).hits();
      count += basis.of(segment).count();
    }
    List<SegmentFindings.Segment> judged = new ArrayList<>();
    for (Map.Entry<String, double[]> entry : figures.entrySet()) {
      Proportion now = basis.of(entry.getValue());
      if (now.count() >= ENOUGH) {
        Proportion rest = new Proportion(hits - now.hits(), count - now.count());
        compareWithPast(entry.getKey(), entry.getValue(), basis, now);
        compareWithRest(entry.getKey(), entry.getValue(), basis, now, rest);
        judged.add(segment(entry.getKey(), entry.getValue(), basis, rest));
      }
    }
    return judged;
  }

  private void compareWithPast(String name, double[] segment, Basis basis, Proportion now) {
    Proportion past = basis.pastOf(segment);
    boolean fell =
        past.count() >= ENOUGH
            && now.upper(Z) < past.lower(Z)
            && past.share() - now.share() >= LEAST_FALL;
    if (fell) {
      String signal = basis == Basis.LABELS ? "segment-accuracy" : "segment-estimate";
      raise(name, signal, now.upper(Z), past.lower(Z));
    }
    basis.setPast(
        segment,
        fell
            ? now
            : new Proportion(KEPT * past.hits() + now.hits(), KEPT * past.count() + now.count()));
  }

  private void compareWithRest(
      String name, double[] segment, Basis basis, Proportion now, Proportion rest) {
    boolean gap =
        rest.count() >= ENOUGH
            && now.upper(Z) < rest.lower(Z)
            && rest.share() - now.share() >= LEAST_GAP;
    if (gap && !basis.isGapKnown(segment)) {
      String signal = basis == Basis.LABELS ? "segment-gap" : "segment-estimate-gap";
      raise(name, signal, now.upper(Z), rest.lower(Z));
    }
    basis.setGapKnown(segment, gap);
  }

  private void raise(String name, String signal, double value, double threshold) {
    alarms.add(
        new SegmentFindings.Alarm(
            name,
            new ShiftAlarm(
                "wilson-interval",
                signal,
                ShiftAlarm.Event.SEGMENT_DEGRADATION,
                value,
                threshold)));
  }

  private static SegmentFindings.Segment segment(
      String name, double[] figures, Basis basis, Proportion rest) {
    return new SegmentFindings.Segment(
        name,
        (long) figures[SegmentTable.SAMPLES],
        basis,
        basis.of(figures),
        rest,
        (long) figures[SegmentTable.LABELLED],
        Basis.LABELS.of(figures),
        new Proportion(
            figures[SegmentTable.SOURCE_CORRECT], figures[SegmentTable.LABELLED_SHADOWED]),
        Basis.ESTIMATE.of(figures),
        figures[SegmentTable.CONFIDENCE] / figures[SegmentTable.CALIBRATED],
        new Proportion(figures[SegmentTable.AGREED], figures[SegmentTable.SHADOWED]));
  }
}
