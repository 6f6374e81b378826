package dev.evenkeel.adapters.labelshift.estimator;

import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/**
 * Standard error of a label distribution q that is solved from {@code M q = mu}, where the columns
 * of M are the votes given the class. With B the pseudo-inverse of M, w = q / prior, N samples in
 * the batch and n in the source measurement, the delta method gives class k the variance
 *
 * <pre>
 *   (sum_i B[k,i]^2 (M q)[i] - q[k]^2) / N  +  (sum_i B[k,i]^2 (C w^2)[i] - q[k]^2 / prior[k]) / n
 * </pre>
 *
 * <p>Both parts are exact for hard votes (multinomial) and an upper bound for soft ones, since
 * {@code p p'} is at most {@code diag(p)} for a distribution p. Clipping and regularisation only
 * lower it.
 */
final class SamplingError {
  /** Below it M counts as singular; its largest singular value is near 1. */
  private static final double SINGULAR = 1e-9;

  private final SourceConfusion confusion;
  private final double[] prior;
  private final int[] present;
  private final double smallest;
  private final double[][] squaredInverse;

  SamplingError(SourceConfusion confusion) {
    this.confusion = confusion;
    prior = confusion.prior();
    present = confusion.present();
    RealMatrix conditional = confusion.columns();
    for (int k = 0; k < present.length; k++) {
      for (int i = 0; i < prior.length; i++) {
        conditional.multiplyEntry(i, k, 1 / prior[present[k]]);
      }
    }
    SingularValueDecomposition svd = new SingularValueDecomposition(conditional);
    double[] values = svd.getSingularValues();
    smallest = values[values.length - 1];
    squaredInverse = new double[present.length][prior.length];
    for (int k = 0; k < present.length; k++) {
      for (int i = 0; i < prior.length; i++) {
        double inverse = 0;
        for (int s = 0; s < values.length && smallest > SINGULAR; s++) {
          inverse += svd.getV().getEntry(k, s) / values[s] * svd.getU().getEntry(i, s);
        }
        squaredInverse[k][i] = inverse * inverse;
      }
    }
  }

  /** Smallest singular value of the votes given the class, about 1 for a perfect model. */
  double smallestSingularValue() {
    return smallest;
  }

  /** Root mean square over the classes that the source has; infinite where M is singular. */
  double typical(double[] distribution, int samples) {
    return total(distribution, samples) / Math.sqrt(present.length);
  }

  /** Euclidean length of the error over all classes; infinite where M is singular. */
  double total(double[] distribution, int samples) {
    if (!(smallest > SINGULAR)) {
      return Double.POSITIVE_INFINITY;
    }
    double[] first = new double[prior.length];
    double[] second = new double[prior.length];
    for (int y : present) {
      double weight = distribution[y] / prior[y];
      for (int i = 0; i < prior.length; i++) {
        double share = confusion.joint()[i][y];
        first[i] += share * weight;
        second[i] += share * weight * weight;
      }
    }
    double variance = 0;
    for (int k = 0; k < present.length; k++) {
      double q = distribution[present[k]];
      variance -= q * q / samples + q * q / prior[present[k]] / confusion.samples();
      for (int i = 0; i < prior.length; i++) {
        variance += squaredInverse[k][i] * (first[i] / samples + second[i] / confusion.samples());
      }
    }
    return Math.sqrt(Math.max(variance, 0));
  }
}
