package dev.evenkeel.adapters.labelshift.estimator;

import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * Black-box shift estimation: class weights {@code w = (C'C + 1e-8 I)^-1 C' mu}, none below 0
 * (Lipton, Wang and Smola, ICML 2018, section 4).
 */
final class Bbse implements GuardedEstimator.Solver {
  private static final double RIDGE = 1e-8;

  private final Vote vote;
  private final int[] present;
  private final double[] prior;
  private final RealMatrix inverse;

  Bbse(SourceConfusion confusion) {
    vote = confusion.vote();
    present = confusion.present();
    prior = confusion.prior();
    RealMatrix columns = confusion.columns();
    RealMatrix transposed = columns.transpose();
    RealMatrix gram =
        transposed
            .multiply(columns)
            .add(MatrixUtils.createRealIdentityMatrix(present.length).scalarMultiply(RIDGE));
    inverse = new CholeskyDecomposition(gram).getSolver().solve(transposed);
  }

  @Override
  public double[] solve(PredictionBatch batch) {
    double[] weights = inverse.operate(batch.mean(vote));
    double[] shares = new double[prior.length];
    for (int k = 0; k < present.length; k++) {
      shares[present[k]] = Math.max(weights[k], 0) * prior[present[k]];
    }
    return shares;
  }
}
