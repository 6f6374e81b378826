package dev.evenkeel.adapters.labelshift.estimator;

import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/**
 * Joint confusion of a model on labelled source data: {@code C[i][j]} is the mean vote for class i
 * times whether j is true, so that columns sum to the source prior and rows to the mean prediction
 * (Lipton, Wang and Smola, ICML 2018). Arrays are not to be changed.
 *
 * @param vote how answers were counted; batches are counted the same way
 * @param joint {@code [predicted][true]}, none negative, all together 1
 * @param samples that were counted, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record SourceConfusion(Vote vote, double[][] joint, int samples) {
  private static final double ROUNDING = 1e-6;

  public SourceConfusion {
    if (joint.length < 2) {
      throw new IllegalArgumentException(
          "Confusion has " + joint.length + " classes, expected at least 2");
    }
    double total = 0;
    for (double[] row : joint) {
      if (row.length != joint.length) {
        throw new IllegalArgumentException(
            "Confusion has a row of " + row.length + " values, expected " + joint.length);
      }
      for (double value : row) {
        if (!(value >= 0)) {
          throw new IllegalArgumentException(
              "Confusion holds " + value + ", expected shares of samples, 0 or more");
        }
        total += value;
      }
    }
    if (!(Math.abs(total - 1) < ROUNDING)) {
      throw new IllegalArgumentException(
          "Confusion sums to " + total + ", expected 1: joint shares, not rates per class");
    }
    if (samples < 1) {
      throw new IllegalArgumentException(
          "Confusion is of " + samples + " samples, expected at least 1");
    }
  }

  public int classes() {
    return joint.length;
  }

  /** Share of each class among the labels: the sums of columns. */
  public double[] prior() {
    double[] sums = new double[classes()];
    for (double[] row : joint) {
      for (int y = 0; y < sums.length; y++) {
        sums[y] += row[y];
      }
    }
    return sums;
  }

  /** Mean prediction on the source: the sums of rows. */
  public double[] meanPrediction() {
    double[] sums = new double[classes()];
    for (int y = 0; y < sums.length; y++) {
      for (double value : joint[y]) {
        sums[y] += value;
      }
    }
    return sums;
  }

  /** Singular values over the classes that the source has, falling. */
  public double[] singularValues() {
    return new SingularValueDecomposition(columns()).getSingularValues();
  }

  /** Largest over smallest singular value; infinite where the smallest is 0. */
  public double conditionNumber() {
    double[] values = singularValues();
    return values[0] / values[values.length - 1];
  }

  /** Classes that the source has, rising; the others take no part. */
  int[] present() {
    double[] prior = prior();
    return IntStream.range(0, prior.length).filter(y -> prior[y] > 0).toArray();
  }

  /** The columns of the classes that the source has, {@code [predicted][present]}. */
  RealMatrix columns() {
    int[] present = present();
    double[][] columns = new double[classes()][present.length];
    for (int i = 0; i < columns.length; i++) {
      for (int k = 0; k < present.length; k++) {
        columns[i][k] = joint[i][present[k]];
      }
    }
    return new Array2DRowRealMatrix(columns, false);
  }
}
