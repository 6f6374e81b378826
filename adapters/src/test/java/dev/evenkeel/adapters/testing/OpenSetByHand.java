package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.evaluation.OpenSetMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Open-set metrics straight from their definitions, by comparing every pair and threshold. */
public final class OpenSetByHand {
  private OpenSetByHand() {}

  /**
   * Computes the metrics.
   *
   * @param scores higher for known
   * @param known whether the sample's class is known
   * @param right whether it was found
   */
  public static OpenSetMetrics of(double[] scores, boolean[] known, boolean[] right) {
    double pairs = 0;
    double won = 0;
    double knownCount = 0;
    double rightCount = 0;
    for (int i = 0; i < scores.length; i++) {
      knownCount += known[i] ? 1 : 0;
      rightCount += known[i] && right[i] ? 1 : 0;
      for (int j = 0; j < scores.length; j++) {
        if (known[i] && !known[j]) {
          pairs++;
          won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    double auroc = won / pairs;
    double accuracy = rightCount / knownCount;
    double hScore = auroc + accuracy == 0 ? 0 : 2 * auroc * accuracy / (auroc + accuracy);
    return new OpenSetMetrics(auroc, fprAt95Tpr(scores, known), oscr(scores, known, right), hScore);
  }

  /** Area under CCR over FPR, closed at (0, 0) and (1, 1) as published code does. */
  private static double oscr(double[] scores, boolean[] known, boolean[] right) {
    List<double[]> points = new ArrayList<>();
    points.add(new double[] {0, 0});
    for (double t : descending(scores)) {
      points.add(new double[] {share(scores, known, false, t), correct(scores, known, right, t)});
    }
    points.add(new double[] {1, 1});
    double area = 0;
    for (int i = 1; i < points.size(); i++) {
      double[] a = points.get(i - 1);
      double[] b = points.get(i);
      area += (b[0] - a[0]) * (a[1] + b[1]) / 2;
    }
    return area;
  }

  private static double fprAt95Tpr(double[] scores, boolean[] known) {
    double tpr = 0;
    double fpr = 0;
    for (double t : descending(scores)) {
      double nextTpr = share(scores, known, true, t);
      double nextFpr = share(scores, known, false, t);
      if (nextTpr >= 0.95) {
        return fpr + (nextFpr - fpr) * (0.95 - tpr) / (nextTpr - tpr);
      }
      tpr = nextTpr;
      fpr = nextFpr;
    }
    throw new IllegalArgumentException("No known sample");
  }

  private static double correct(double[] scores, boolean[] known, boolean[] right, double t) {
    double count = 0;
    double total = 0;
    for (int i = 0; i < scores.length; i++) {
      total += known[i] ? 1 : 0;
      count += known[i] && right[i] && scores[i] > t ? 1 : 0;
    }
    return count / total;
  }

  private static double share(double[] scores, boolean[] known, boolean wanted, double t) {
    double count = 0;
    double total = 0;
    for (int i = 0; i < scores.length; i++) {
      if (known[i] == wanted) {
        total++;
        count += scores[i] >= t ? 1 : 0;
      }
    }
    return count / total;
  }

  private static double[] descending(double[] scores) {
    double[] distinct = Arrays.stream(scores).distinct().sorted().toArray();
    double[] reversed = new double[distinct.length];
    for (int i = 0; i < distinct.length; i++) {
      reversed[i] = distinct[distinct.length - 1 - i];
    }
    return reversed;
  }
}
