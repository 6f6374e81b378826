package dev.evenkeel.adapters.drift;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Figures of the segments of one stream: the samples that share a value of an attribute. Mutable;
 * all it knows is a map of numbers, so that it can be kept and continued exactly.
 *
 * <p>At most {@value #MOST} values have a segment of their own; samples of more are gathered under
 * {@value #OTHERS}. A segment that saw no sample since the last look makes place for a new one.
 */
public final class SegmentTable {
  /** Values with a segment of their own. */
  public static final int MOST = 64;

  /** Name of the samples that found no place. */
  public static final String OTHERS = "(others)";

  /** Name of the samples without the attribute. */
  public static final String NONE = "(none)";

  private static final int LONGEST_NAME = 100;

  static final int SAMPLES = 0;
  static final int CONFIDENCE = 1;
  static final int CALIBRATED = 2;
  static final int CONFIDENT = 3;
  static final int SHADOWED = 4;
  static final int AGREED = 5;
  static final int LABELLED = 6;
  static final int CORRECT = 7;
  static final int LABELLED_SHADOWED = 8;
  static final int SOURCE_CORRECT = 9;
  static final int SEEN = 10;
  private static final int PAST = 11;
  static final int LENGTH = PAST + 6;

  /** What the accuracy of a segment is told from. */
  public enum Basis {
    LABELS(CORRECT, LABELLED, PAST),
    ESTIMATE(CONFIDENT, CALIBRATED, PAST + 3);

    private final int hits;
    private final int count;
    private final int past;

    Basis(int hits, int count, int past) {
      this.hits = hits;
      this.count = count;
      this.past = past;
    }

    Proportion of(double[] figures) {
      return new Proportion(figures[hits], figures[count]);
    }

    Proportion pastOf(double[] figures) {
      return new Proportion(figures[past], figures[past + 1]);
    }

    void setPast(double[] figures, Proportion proportion) {
      figures[past] = proportion.hits();
      figures[past + 1] = proportion.count();
    }

    boolean isGapKnown(double[] figures) {
      return figures[past + 2] > 0;
    }

    void setGapKnown(double[] figures, boolean known) {
      figures[past + 2] = known ? 1 : 0;
    }
  }

  private final SortedMap<String, double[]> figures = new TreeMap<>();

  public SegmentTable() {}

  /** The table that {@link #toMap} told. */
  public SegmentTable(Map<String, double[]> kept) {
    kept.forEach((name, values) -> figures.put(name, values.clone()));
  }

  /** All that the table knows, by name. */
  public Map<String, double[]> toMap() {
    Map<String, double[]> kept = new TreeMap<>();
    figures.forEach((name, values) -> kept.put(name, values.clone()));
    return kept;
  }

  /** Name of the segment of an attribute's value, which may be null; long ones are cut. */
  public static String name(String value) {
    if (value == null) {
      return NONE;
    }
    return value.length() <= LONGEST_NAME ? value : value.substring(0, LONGEST_NAME);
  }

  /**
   * Number by which an answer remembers its segment until its label comes (FNV-1a, 64 bits); two of
   * {@value #MOST} names share one with a probability of 1e-16.
   */
  public static long key(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /**
   * Adds a batch.
   *
   * @param segments name of each sample's
   * @param threshold of the calibrated confidence above which an answer counts as right
   */
  public void add(List<String> segments, PredictionWindow.Batch batch, double threshold) {
    Answered emitted = batch.emitted();
    float[] calibrated = emitted.calibratedConfidences();
    for (int i = 0; i < segments.size(); i++) {
      double[] segment = segment(segments.get(i));
      segment[SAMPLES]++;
      segment[SEEN]++;
      if (calibrated.length > 0) {
        segment[CALIBRATED]++;
        segment[CONFIDENCE] += calibrated[i];
        segment[CONFIDENT] += calibrated[i] >= threshold ? 1 : 0;
      }
      if (batch.source() != null) {
        segment[SHADOWED]++;
        segment[AGREED] += batch.source().labels()[i] == emitted.labels()[i] ? 1 : 0;
      }
    }
  }

  /**
   * Adds an answer whose label came.
   *
   * @param key of its segment's name
   * @param shadowed whether the source model answered too
   */
  public void label(long key, boolean right, boolean shadowed, boolean sourceRight) {
    double[] segment =
        figures.entrySet().stream()
            .filter(entry -> key(entry.getKey()) == key)
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseGet(() -> figures.computeIfAbsent(OTHERS, name -> new double[LENGTH]));
    segment[LABELLED]++;
    segment[CORRECT] += right ? 1 : 0;
    segment[LABELLED_SHADOWED] += shadowed ? 1 : 0;
    segment[SOURCE_CORRECT] += shadowed && sourceRight ? 1 : 0;
  }

  private double[] segment(String name) {
    double[] known = figures.get(name);
    if (known != null) {
      return known;
    }
    boolean full = figures.size() - (figures.containsKey(OTHERS) ? 1 : 0) >= MOST;
    return figures.computeIfAbsent(full ? OTHERS : name, key -> new double[LENGTH]);
  }

  /** Looks at the segments at the end of a window, and begins those anew that it could judge. */
  public Optional<SegmentFindings> look() {
    Optional<SegmentFindings> findings = new SegmentJudge(figures).judge();
    boolean full = figures.size() >= MOST;
    figures.entrySet().removeIf(entry -> full && entry.getValue()[SEEN] == 0);
    figures.values().forEach(SegmentTable::beginAnew);
    return findings;
  }

  private static void beginAnew(double[] segment) {
    segment[SEEN] = 0;
    if (segment[SAMPLES] >= SegmentJudge.ENOUGH) {
      Arrays.fill(segment, SAMPLES, LABELLED, 0);
    }
    if (segment[LABELLED] >= SegmentJudge.ENOUGH) {
      Arrays.fill(segment, LABELLED, SEEN, 0);
    }
  }

  public boolean isEmpty() {
    return figures.isEmpty();
  }
}
