package dev.evenkeel.adapters.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Gathers the scores of known and unknown samples and computes the usual open-set metrics.
 *
 * <p>Walks the distinct scores t from the highest to the lowest. For each,
 *
 * <pre>
 *   TPR(t) = share of known samples with score >= t
 *   FPR(t) = share of unknown samples with score >= t
 *   CCR(t) = share of known samples with score > t that are classified rightly
 * </pre>
 *
 * <p>AUROC and the FPR at 95 % TPR come from the curve (FPR, TPR), the OSCR (Dhamija, Günther and
 * Boult, NeurIPS 2018) is the trapezoid area under (FPR, CCR). Implementations that close the
 * latter curve at (1, 1) get the same area: at the lowest score the FPR is 1 already, and the line
 * from there up to (1, 1) encloses nothing.
 */
public final class OpenSetEvaluation {
  private static final double TPR = 0.95;

  private final List<Answer> answers = new ArrayList<>();

  private record Answer(double score, boolean known, boolean right) {}

  /**
   * Adds a sample of a class the model knows.
   *
   * @param score higher for what looks more known; finite
   * @param right whether its class was found
   */
  public void addKnown(double score, boolean right) {
    answers.add(new Answer(score, true, right));
  }

  /**
   * Adds a sample of a class the model does not know.
   *
   * @param score higher for what looks more known; finite
   */
  public void addUnknown(double score) {
    answers.add(new Answer(score, false, false));
  }

  /** The metrics of the samples so far; empty unless there are known and unknown ones. */
  public Optional<OpenSetMetrics> metrics() {
    long known = answers.stream().filter(Answer::known).count();
    long unknown = answers.size() - known;
    if (known == 0 || unknown == 0) {
      return Optional.empty();
    }
    Curve curve = new Curve(known);
    List<Answer> sorted = new ArrayList<>(answers);
    sorted.sort(Comparator.comparingDouble(Answer::score).reversed());
    int start = 0;
    for (int end = 1; end <= sorted.size(); end++) {
      if (end == sorted.size() || sorted.get(end).score() != sorted.get(start).score()) {
        curve.add(sorted.subList(start, end));
        start = end;
      }
    }
    double pairs = 2.0 * known * unknown;
    double accuracy = curve.right / (double) known;
    double auroc = curve.area / pairs;
    double sum = accuracy + auroc;
    return Optional.of(
        new OpenSetMetrics(
            auroc,
            curve.unknownAtTpr / unknown,
            curve.rightArea / pairs,
            sum == 0 ? 0 : 2 * accuracy * auroc / sum));
  }

  /**
   * Both curves up to the lowest score seen, and twice the areas under them: in counts, not shares,
   * so that nothing is rounded.
   */
  private static final class Curve {
    private final double knownAtTpr;
    private long known;
    private long unknown;
    private long right;
    private long rightAbove;
    private long area;
    private long rightArea;
    private double unknownAtTpr = Double.NaN;

    Curve(long allKnown) {
      knownAtTpr = TPR * allKnown;
    }

    /** Goes on to the next lower score, by all its samples at once. */
    void add(List<Answer> ties) {
      long knownTies = ties.stream().filter(Answer::known).count();
      long unknownTies = ties.size() - knownTies;
      area += unknownTies * (2 * known + knownTies);
      rightArea += unknownTies * (rightAbove + right);
      if (Double.isNaN(unknownAtTpr) && known + knownTies >= knownAtTpr) {
        unknownAtTpr = unknown + unknownTies * (knownAtTpr - known) / knownTies;
      }
      known += knownTies;
      unknown += unknownTies;
      rightAbove = right;
      right += ties.stream().filter(Answer::right).count();
    }
  }
}
