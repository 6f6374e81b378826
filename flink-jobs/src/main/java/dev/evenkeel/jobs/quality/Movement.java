package dev.evenkeel.jobs.quality;

/**
 * How the adapted state of a stream moved in a window.
 *
 * @param distance to the source parameters after the last batch, relative to their norm; NaN where
 *     nothing is learned
 * @param stepSum norms of the steps, added up
 * @param steps of the optimiser
 * @param entropySum entropies of the assignment to components, added up
 * @param entropies batches that they were measured at
 */
record Movement(double distance, double stepSum, long steps, double entropySum, long entropies) {
  /** Nothing is learned. */
  static final Movement NONE = new Movement(Double.NaN, 0, 0, 0, 0);

  /** What {@link #toArray} told, or an earlier release that knew no entropies. */
  static Movement of(double[] told) {
    boolean early = told.length < 5;
    return new Movement(
        told[0], told[1], (long) told[2], early ? 0 : told[3], early ? 0 : (long) told[4]);
  }

  double[] toArray() {
    return new double[] {distance, stepSum, steps, entropySum, entropies};
  }

  /**
   * After another batch.
   *
   * @param noted {@link WatchedBatch#movement}
   */
  Movement with(double[] noted) {
    if (noted.length == 0) {
      return this;
    }
    boolean stepped = !Double.isNaN(noted[1]);
    boolean assigned = noted.length > 2 && !Double.isNaN(noted[2]);
    return new Movement(
        noted[0],
        stepped ? stepSum + noted[1] : stepSum,
        stepped ? steps + 1 : steps,
        assigned ? entropySum + noted[2] : entropySum,
        assigned ? entropies + 1 : entropies);
  }

  /** Null where nothing is learned. */
  Double distanceOrNull() {
    return Double.isNaN(distance) ? null : Double.valueOf(distance);
  }

  /** Null where no step was made. */
  Double meanStepOrNull() {
    return steps == 0 ? null : Double.valueOf(stepSum / steps);
  }

  /** Null where it was not measured. */
  Double meanEntropyOrNull() {
    return entropies == 0 ? null : Double.valueOf(entropySum / entropies);
  }
}
