package dev.evenkeel.adapters.labelshift.estimator;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Any estimator as one that follows a stream, for what all have in common: batch estimators know
 * the last batch, online ones learn from soft black-box shift estimation.
 */
interface Subject {
  double[] start();

  double[] next(double[] state, double[] probabilities);

  double[] prior(double[] state);

  /** Why a batch is refused. */
  Optional<String> refusal(double[] probabilities);

  static Stream<String> names() {
    return Stream.concat(Estimators.batchNames().stream(), Estimators.onlineNames().stream());
  }

  static Subject of(String name, SourceEvidence evidence) {
    return Estimators.batchNames().contains(name)
        ? new Batch(Estimators.batch(name, evidence), evidence.soft().prior())
        : new Online(Estimators.online(name, evidence), Estimators.batch("bbse-soft", evidence));
  }

  default double[] after(List<double[]> batches) {
    double[] state = start();
    for (double[] batch : batches) {
      state = next(state, batch);
    }
    return state;
  }

  /** State: the last estimate. */
  @SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
  record Batch(BatchEstimator estimator, double[] source) implements Subject {
    @Override
    public double[] start() {
      return source.clone();
    }

    @Override
    public double[] next(double[] state, double[] probabilities) {
      return estimator.estimate(probabilities).distribution();
    }

    @Override
    public double[] prior(double[] state) {
      return state.clone();
    }

    @Override
    public Optional<String> refusal(double[] probabilities) {
      return estimator.estimate(probabilities).refusal();
    }
  }

  record Online(OnlineEstimator estimator, BatchEstimator local) implements Subject {
    @Override
    public double[] start() {
      return estimator.start();
    }

    @Override
    public double[] next(double[] state, double[] probabilities) {
      return estimator.next(state, local.estimate(probabilities), probabilities);
    }

    @Override
    public double[] prior(double[] state) {
      return estimator.prior(state);
    }

    @Override
    public Optional<String> refusal(double[] probabilities) {
      return local.estimate(probabilities).refusal();
    }
  }
}
