package dev.evenkeel.adapters.profile;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealVector;

/**
 * Fits a {@link Calibration} by least negative log-likelihood. It is convex in the scale and the
 * biases, so damped Newton steps find it. A small pull of the biases towards zero makes them
 * unique.
 */
final class CalibrationFit {
  /** Above this many classes only the temperature is fitted: the Hessian would be too large. */
  private static final int MOST_CLASSES = 200;

  private static final int MOST_STEPS = 50;
  private static final double TOLERANCE = 1e-9;
  private static final double RIDGE = 1e-4;
  private static final double LEAST_SCALE = 1e-3;

  private final List<float[]> logits;
  private final int[] labels;
  private final int classes;
  private final int unknowns;

  /**
   * A fit.
   *
   * @param withBiases whether biases are fitted too; they never are above {@value #MOST_CLASSES}
   *     classes
   */
  CalibrationFit(List<float[]> logits, int[] labels, int classes, boolean withBiases) {
    this.logits = logits;
    this.labels = labels;
    this.classes = classes;
    unknowns = withBiases && classes <= MOST_CLASSES ? 1 + classes : 1;
  }

  Calibration fit() {
    double[] values = new double[1 + classes];
    values[0] = 1;
    double loss = loss(values);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] direction = newton(values);
      double length = 1;
      double[] moved = along(values, direction, length);
      while (loss(moved) > loss && length > 1e-6) {
        length /= 2;
        moved = along(values, direction, length);
      }
      double next = loss(moved);
      if (!(next < loss)) {
        break;
      }
      values = moved;
      boolean converged = loss - next < TOLERANCE;
      loss = next;
      if (converged) {
        break;
      }
    }
    return new Calibration(1 / values[0], Arrays.copyOfRange(values, 1, 1 + classes));
  }

  /** Mean negative log-likelihood in nats, without the pull. */
  double negativeLogLikelihood(Calibration calibration) {
    double[] values = new double[1 + classes];
    values[0] = 1 / calibration.temperature();
    System.arraycopy(calibration.bias(), 0, values, 1, classes);
    return loss(values) - pull(values);
  }

  private static double[] along(double[] values, double[] direction, double length) {
    double[] moved = values.clone();
    for (int i = 0; i < direction.length; i++) {
      moved[i] -= length * direction[i];
    }
    moved[0] = Math.max(moved[0], LEAST_SCALE);
    return moved;
  }

  private double loss(double[] values) {
    double sum = 0;
    for (int n = 0; n < labels.length; n++) {
      double[] scores = scores(values, logits.get(n));
      sum += logSumExp(scores) - scores[labels[n]];
    }
    return sum / labels.length + pull(values);
  }

  private double pull(double[] values) {
    double sum = 0;
    for (int y = 1; y <= classes; y++) {
      sum += values[y] * values[y];
    }
    return RIDGE / 2 * sum;
  }

  private double[] scores(double[] values, float[] row) {
    double[] scores = new double[classes];
    for (int y = 0; y < classes; y++) {
      scores[y] = values[0] * row[y] + values[1 + y];
    }
    return scores;
  }

  private static double logSumExp(double[] scores) {
    double largest = Arrays.stream(scores).max().orElseThrow();
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - largest);
    }
    return largest + Math.log(sum);
  }

  /** Hessian to the minus one times the gradient. */
  private double[] newton(double[] values) {
    double[] gradient = new double[unknowns];
    double[][] hessian = new double[unknowns][unknowns];
    for (int n = 0; n < labels.length; n++) {
      float[] row = logits.get(n);
      double[] scores = scores(values, row);
      double total = logSumExp(scores);
      double mean = 0;
      double square = 0;
      double[] probability = new double[classes];
      for (int y = 0; y < classes; y++) {
        probability[y] = Math.exp(scores[y] - total);
        mean += probability[y] * row[y];
        square += probability[y] * row[y] * row[y];
      }
      gradient[0] += mean - row[labels[n]];
      hessian[0][0] += square - mean * mean;
      for (int y = 0; y + 1 < unknowns; y++) {
        gradient[1 + y] += probability[y] - (y == labels[n] ? 1 : 0);
        hessian[0][1 + y] += probability[y] * (row[y] - mean);
        hessian[1 + y][1 + y] += probability[y];
        for (int j = 0; j <= y; j++) {
          hessian[1 + y][1 + j] -= probability[y] * probability[j];
        }
      }
    }
    for (int i = 0; i < unknowns; i++) {
      gradient[i] = gradient[i] / labels.length + (i > 0 ? RIDGE * values[i] : 0);
      for (int j = 0; j <= i; j++) {
        double value = (i > 0 && j == 0 ? hessian[0][i] : hessian[i][j]) / labels.length;
        hessian[i][j] = value;
        hessian[j][i] = value;
      }
      hessian[i][i] += i > 0 ? RIDGE : TOLERANCE;
    }
    RealVector direction =
        new CholeskyDecomposition(new Array2DRowRealMatrix(hessian, false), 1e-9, 1e-15)
            .getSolver()
            .solve(new ArrayRealVector(gradient, false));
    return direction.toArray();
  }
}
