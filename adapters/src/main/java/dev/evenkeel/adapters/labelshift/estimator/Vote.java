package dev.evenkeel.adapters.labelshift.estimator;

/** What an answer counts for in a mean prediction. */
public enum Vote {
  /** One for the most probable class; ties share it. */
  HARD {
    @Override
    void addTo(double[] sums, double[] probabilities, int offset) {
      double best = 0;
      int ties = 0;
      for (int y = 0; y < sums.length; y++) {
        double probability = probabilities[offset + y];
        if (probability > best) {
          best = probability;
          ties = 0;
        }
        if (probability == best) {
          ties++;
        }
      }
      for (int y = 0; y < sums.length; y++) {
        if (probabilities[offset + y] == best) {
          sums[y] += 1.0 / ties;
        }
      }
    }
  },

  /** Its probabilities. */
  SOFT {
    @Override
    void addTo(double[] sums, double[] probabilities, int offset) {
      for (int y = 0; y < sums.length; y++) {
        sums[y] += probabilities[offset + y];
      }
    }
  };

  /** Adds the vote of the answer that starts at an offset. */
  abstract void addTo(double[] sums, double[] probabilities, int offset);
}
