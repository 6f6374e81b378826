package dev.evenkeel.adapters.labelshift.estimator;

/**
 * Maximum likelihood label shift by expectation maximisation (Saerens, Latinne and Decaestecker,
 * Neural Computation 2002; calibrated answers as in Alexandari, Kundaje and Shrikumar, ICML 2020).
 * Shares are relative to the mean predicted source probability, which is the prior of a calibrated
 * model. The likelihood is concave, so the start does not matter but for classes of share 0.
 */
final class Mlls implements GuardedEstimator.Solver {
  private static final double TOLERANCE = 1e-6;
  private static final int SWEEPS = 10_000;

  private final int[] present;
  private final double[] meanPrediction;

  Mlls(SourceConfusion confusion) {
    present = confusion.present();
    meanPrediction = confusion.meanPrediction();
  }

  @Override
  public double[] solve(PredictionBatch batch) {
    double[] shares = start(batch);
    double moved = Double.POSITIVE_INFINITY;
    for (int sweep = 0; sweep < SWEEPS && moved >= TOLERANCE; sweep++) {
      double[] next = sweep(batch, shares);
      moved = 0;
      for (int y = 0; y < next.length; y++) {
        moved += Math.abs(next[y] - shares[y]);
      }
      shares = next;
    }
    return shares;
  }

  /** The mean answer, without classes that the source does not have. */
  double[] start(PredictionBatch batch) {
    double[] mean = batch.mean(Vote.SOFT);
    double[] shares = new double[mean.length];
    for (int y : present) {
      shares[y] = mean[y];
    }
    return shares;
  }

  /** Mean of the answers corrected by shares. */
  double[] sweep(PredictionBatch batch, double[] shares) {
    double[] ratios = ratios(shares);
    double[] mean = new double[shares.length];
    double[] probabilities = batch.probabilities();
    for (int offset = 0; offset < probabilities.length; offset += shares.length) {
      double sum = likelihood(probabilities, offset, ratios);
      for (int y = 0; y < shares.length && sum > 0; y++) {
        mean[y] += probabilities[offset + y] * ratios[y] / sum / batch.samples();
      }
    }
    return mean;
  }

  /** Log of what shares multiply the source likelihood of a batch by, in nats. */
  double logLikelihood(PredictionBatch batch, double[] shares) {
    double[] ratios = ratios(shares);
    double sum = 0;
    for (int n = 0; n < batch.samples(); n++) {
      sum += Math.log(likelihood(batch.probabilities(), n * shares.length, ratios));
    }
    return sum;
  }

  private double[] ratios(double[] shares) {
    double[] ratios = new double[shares.length];
    for (int y : present) {
      ratios[y] = shares[y] / meanPrediction[y];
    }
    return ratios;
  }

  private static double likelihood(double[] probabilities, int offset, double[] ratios) {
    double sum = 0;
    for (int y = 0; y < ratios.length; y++) {
      sum += probabilities[offset + y] * ratios[y];
    }
    return sum;
  }
}
