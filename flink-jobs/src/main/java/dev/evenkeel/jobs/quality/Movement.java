package dev.evenkeel.jobs.quality;

/**
 * How the learned parameters of a stream moved in a window.
 *
 * @param distance to the source parameters after the last batch, relative to their norm; NaN where
 *     nothing is learned
 * @param stepSum norms of the steps, added up
 * @param steps of the optimiser
 */
record Movement(double distance, double stepSum, long steps) {
  /** Nothing is learned. */
  static final Movement NONE = new Movement(Double.NaN, 0, 0);

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
    return new Movement(
        noted[0], stepped ? stepSum + noted[1] : stepSum, stepped ? steps + 1 : steps);
  }

  /** Null where nothing is learned. */
  Double distanceOrNull() {
    return Double.isNaN(distance) ? null : Double.valueOf(distance);
  }

  /** Null where no step was made. */
  Double meanStepOrNull() {
    return steps == 0 ? null : Double.valueOf(stepSum / steps);
  }
}
