package dev.evenkeel.adapters.labelshift.estimator;

import java.util.Arrays;

/**
 * Regularised learning under label shift: class weights {@code 1 + theta} with {@code theta >= -1}
 * least in {@code |C theta - (mu - mu_s)| + rho |theta|}, neither norm squared (Azizzadenesheli,
 * Liu, Yang and Anandkumar, ICLR 2019, equation 4).
 *
 * <p>Both norms are replaced by {@code |r| = min over s > 0 of (|r|^2 / s + s) / 2}; the sum is
 * jointly convex and is minimised exactly over one coordinate of theta or one s at a time.
 */
final class Rlls implements GuardedEstimator.Solver {
  private static final double CONFIDENCE = 0.05;
  private static final double FACTOR = 0.01;
  private static final double TOLERANCE = 1e-12;
  private static final int SWEEPS = 10_000;

  private final Vote vote;
  private final int[] present;
  private final double[] prior;
  private final double[] meanPrediction;
  private final double[][] columns;
  private final double[] squares;
  private final double rho;

  /**
   * An estimator.
   *
   * @param rho strength of the pull towards the source prior, 0 or more, infinite for all of it
   */
  Rlls(SourceConfusion confusion, double rho) {
    this.rho = rho;
    vote = confusion.vote();
    present = confusion.present();
    prior = confusion.prior();
    meanPrediction = confusion.meanPrediction();
    columns = confusion.columns().transpose().getData();
    squares = Arrays.stream(columns).mapToDouble(column -> dot(column, column)).toArray();
  }

  /** The strength that the paper proves enough for n source samples, times 0.01. */
  static double rho(int classes, int samples) {
    double log = 2 * Math.log(2 * classes / CONFIDENCE);
    return FACTOR * 3 * (log / (3 * samples) + Math.sqrt(log / samples));
  }

  @Override
  public double[] solve(PredictionBatch batch) {
    double[] theta = deviations(batch.mean(vote));
    double[] shares = new double[prior.length];
    for (int k = 0; k < present.length; k++) {
      shares[present[k]] = (1 + theta[k]) * prior[present[k]];
    }
    return shares;
  }

  /** The best theta for a mean prediction, {@code [present]}. */
  double[] deviations(double[] mean) {
    double[] theta = new double[present.length];
    double[] residual = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      residual[i] = meanPrediction[i] - mean[i];
    }
    double misfit = norm(residual);
    double length = 1;
    for (int sweep = 0; sweep < SWEEPS && misfit > 0; sweep++) {
      double pull = rho * misfit / length;
      double largest = 0;
      for (int k = 0; k < theta.length; k++) {
        double free = squares[k] * theta[k] - dot(columns[k], residual);
        double moved = Math.max(free / (squares[k] + pull), -1) - theta[k];
        theta[k] += moved;
        for (int i = 0; i < residual.length; i++) {
          residual[i] += moved * columns[k][i];
        }
        largest = Math.max(largest, Math.abs(moved));
      }
      misfit = Math.max(norm(residual), Double.MIN_NORMAL);
      length = Math.max(norm(theta), Double.MIN_NORMAL);
      if (largest < TOLERANCE) {
        break;
      }
    }
    return theta;
  }

  private static double norm(double[] values) {
    return Math.sqrt(dot(values, values));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
