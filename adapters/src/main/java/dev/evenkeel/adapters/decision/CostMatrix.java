package dev.evenkeel.adapters.decision;

import java.util.Arrays;

/**
 * What each answer costs for each true class, and the answer that costs least on average (Bayes
 * decision rule: Duda, Hart and Stork, Pattern Classification, section 2.2). Immutable.
 */
public final class CostMatrix {
  private final int classes;
  private final double[] costs;

  /**
   * What an answer saves against the dearest one of the true class, {@code [answer * classes +
   * trueClass]}. Most savings is least cost; unlike sums of costs, sums of savings take nothing
   * from each other by rounding where one answer is right and all wrong ones cost the same.
   */
  private final double[] savings;

  private CostMatrix(int classes, double[] costs) {
    this.classes = classes;
    this.costs = costs;
    this.savings = new double[costs.length];
    for (int trueClass = 0; trueClass < classes; trueClass++) {
      int row = trueClass * classes;
      double dearest = Arrays.stream(costs, row, row + classes).max().orElseThrow();
      for (int answer = 0; answer < classes; answer++) {
        savings[answer * classes + trueClass] = dearest - costs[row + answer];
      }
    }
  }

  /**
   * Takes over costs in any unit; only their ratios matter.
   *
   * @param costs {@code [trueClass][answer]}, finite and at least 0, the right answer never dearer
   *     than a wrong one of the same row
   * @throws IllegalArgumentException if they are not, naming row and value
   */
  public static CostMatrix of(double[][] costs) {
    int classes = costs.length;
    if (classes == 0) {
      throw new IllegalArgumentException(
          "there are no rows, expected one for each class; write for instance [[0, 1], [5, 0]]");
    }
    double[] flat = new double[Math.multiplyExact(classes, classes)];
    for (int row = 0; row < classes; row++) {
      requireRow(row, costs[row], classes);
      System.arraycopy(costs[row], 0, flat, row * classes, classes);
    }
    return new CostMatrix(classes, flat);
  }

  private static void requireRow(int row, double[] costs, int classes) {
    String name = "row " + row + " (counted from 0)";
    if (costs.length != classes) {
      throw new IllegalArgumentException(
          name
              + " has "
              + costs.length
              + " numbers, expected "
              + classes
              + ", as many as there are rows; add or remove some");
    }
    for (int answer = 0; answer < classes; answer++) {
      if (!(costs[answer] >= 0 && costs[answer] <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException(
            name
                + " has "
                + costs[answer]
                + " for answer "
                + answer
                + ", expected a finite number of at least 0; correct it");
      }
    }
    for (int answer = 0; answer < classes; answer++) {
      if (costs[answer] < costs[row]) {
        throw new IllegalArgumentException(
            name
                + " has "
                + costs[row]
                + " for the right answer and "
                + costs[answer]
                + " for answer "
                + answer
                + ", expected the right answer to cost least; lower it, or swap rows and columns if"
                + " the rows are the answers");
      }
    }
  }

  /** Number of classes, at least 1. */
  public int classes() {
    return classes;
  }

  /** What it costs to answer {@code answer} where {@code trueClass} is right, at least 0. */
  public double cost(int trueClass, int answer) {
    return costs[trueClass * classes + answer];
  }

  /** A copy, {@code [trueClass][answer]}. */
  public double[][] toArray() {
    double[][] rows = new double[classes][];
    for (int row = 0; row < classes; row++) {
      rows[row] = Arrays.copyOfRange(costs, row * classes, (row + 1) * classes);
    }
    return rows;
  }

  /**
   * The answer {@code k} with the least expected cost, {@code sum over y of cost(y, k) p(y)}; the
   * lowest index among equals. With 0 on the diagonal and 1 elsewhere that is exactly the index of
   * the largest probability. Takes {@code classes²} multiplications and allocates nothing.
   *
   * @param probabilities of the classes, from {@code offset} on
   */
  public int decide(float[] probabilities, int offset) {
    int best = 0;
    double most = saving(0, probabilities, offset);
    for (int answer = 1; answer < classes; answer++) {
      double saving = saving(answer, probabilities, offset);
      if (saving > most) {
        best = answer;
        most = saving;
      }
    }
    return best;
  }

  private double saving(int answer, float[] probabilities, int offset) {
    double saving = 0;
    for (int trueClass = 0; trueClass < classes; trueClass++) {
      saving += savings[answer * classes + trueClass] * probabilities[offset + trueClass];
    }
    return saving;
  }
}
