package dev.evenkeel.adapters.guard;

/** How much distributions over classes differ. */
final class Shares {
  private static final double SMALLEST = 1e-9;

  private Shares() {}

  /** Shannon entropy in nats. */
  static double entropy(double[] shares) {
    double entropy = 0;
    for (double share : shares) {
      entropy -= share > 0 ? share * Math.log(share) : 0;
    }
    return entropy;
  }

  /** Kullback-Leibler divergence from what is usual in nats, of shares floored at 1e-9. */
  static double divergence(double[] block, double[] usual) {
    double divergence = 0;
    for (int y = 0; y < block.length; y++) {
      divergence += block[y] > 0 ? block[y] * Math.log(block[y] / Math.max(usual[y], SMALLEST)) : 0;
    }
    return divergence;
  }
}
