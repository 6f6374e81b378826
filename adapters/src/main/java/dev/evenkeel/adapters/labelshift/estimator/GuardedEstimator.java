package dev.evenkeel.adapters.labelshift.estimator;

import java.util.Optional;

/**
 * Estimates where an estimate can be had. Refused are batches without finite answers or with
 * uniform ones only, and batches whose estimate would be all noise: where the {@linkplain
 * SamplingError standard error} over all classes, at the source prior, exceeds the diameter of the
 * simplex. That is so for few samples or for a confusion that is close to singular.
 */
final class GuardedEstimator implements BatchEstimator {
  /** Distance of two corners of the simplex. */
  private static final double DIAMETER = Math.sqrt(2);

  /** Finds the class shares of a batch; they need not sum to 1. */
  interface Solver {
    double[] solve(PredictionBatch batch);
  }

  private final String name;
  private final double[] prior;
  private final double conditionNumber;
  private final SamplingError error;
  private final Solver solver;

  GuardedEstimator(String name, SourceConfusion confusion, Solver solver) {
    this.name = name;
    this.solver = solver;
    prior = confusion.prior();
    conditionNumber = confusion.conditionNumber();
    error = new SamplingError(confusion);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public LabelEstimate estimate(double[] probabilities) {
    PredictionBatch batch = PredictionBatch.of(probabilities, prior.length);
    Optional<String> refusal = refusal(batch, probabilities.length / prior.length);
    if (refusal.isPresent()) {
      return refused(batch, refusal);
    }
    double[] distribution = solver.solve(batch);
    double sum = 0;
    for (double share : distribution) {
      sum += share;
    }
    if (!(sum > 0)) {
      return refused(
          batch,
          Optional.of(
              "%s finds no class of the source in %d answers, expected some; check that the model is the profile's"
                  .formatted(name, batch.samples())));
    }
    for (int y = 0; y < distribution.length; y++) {
      distribution[y] /= sum;
    }
    return new LabelEstimate(
        distribution,
        batch.samples(),
        conditionNumber,
        error.typical(distribution, batch.samples()),
        Optional.empty());
  }

  private Optional<String> refusal(PredictionBatch batch, int rows) {
    if (batch.samples() == 0) {
      return Optional.of(
          "%s has 0 finite answers of %d, expected at least 1; keep the source prior"
              .formatted(name, rows));
    }
    if (batch.uniform()) {
      return Optional.of(
          "%s has %d uniform answers of %d, expected some that prefer a class; check the input"
              .formatted(name, batch.samples(), batch.samples()));
    }
    double expected = error.total(prior, batch.samples());
    if (expected <= DIAMETER) {
      return Optional.empty();
    }
    return Optional.of(
        ("%s would err by %.3g from %d samples, expected at most %.3g (diameter of the simplex);"
                + " smallest singular value of the votes given the class is %.3g, condition number"
                + " of the confusion %.3g; take larger batches or a model that tells the classes apart")
            .formatted(
                name,
                expected,
                batch.samples(),
                DIAMETER,
                error.smallestSingularValue(),
                conditionNumber));
  }

  private LabelEstimate refused(PredictionBatch batch, Optional<String> refusal) {
    double standardError =
        batch.samples() == 0 ? Double.POSITIVE_INFINITY : error.typical(prior, batch.samples());
    return new LabelEstimate(
        prior.clone(), batch.samples(), conditionNumber, standardError, refusal);
  }
}
