package dev.evenkeel.adapters.labelshift.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.labelshift.Gaussians;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchEstimatorTest {
  private static final double[] TARGET = {0.1, 0.15, 0.25, 0.5};

  private final long seed = Long.getLong("evenkeel.seed", 31);
  private final Random random = new Random(seed);
  private final Gaussians world = new Gaussians(seed);
  private final SourceEvidence evidence = Source.of(world, 20_000, 10);

  @Test
  void recoversExactlyWhatTheConfusionMixes() {
    double[] mean = mixed(evidence.soft(), TARGET);
    assertThat(new Bbse(evidence.soft()).solve(PredictionBatch.of(mean, Gaussians.CLASSES)))
        .as("seed %d", seed)
        .containsExactly(TARGET, within(1e-4));
    assertThat(new Rlls(evidence.soft(), 0).solve(PredictionBatch.of(mean, Gaussians.CLASSES)))
        .as("seed %d", seed)
        .containsExactly(TARGET, within(1e-8));
  }

  @Test
  void pullsTheWeightsToOneByAnInfinitePenalty() {
    Rlls rlls = new Rlls(evidence.soft(), Double.POSITIVE_INFINITY);
    double[] batch = world.batch(TARGET, 100, 1);
    assertThat(rlls.solve(PredictionBatch.of(batch, Gaussians.CLASSES)))
        .as("seed %d", seed)
        .containsExactly(evidence.soft().prior());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.02, 0.2, 2})
  void findsNoBetterRegularisedWeights(double rho) {
    Rlls rlls = new Rlls(evidence.soft(), rho);
    double[] mean = PredictionBatch.of(world.batch(TARGET, 50, 1), 4).mean(Vote.SOFT);
    double[] theta = rlls.deviations(mean);
    double best = objective(theta, mean, rho);
    for (int trial = 0; trial < 1000; trial++) {
      double[] other = theta.clone();
      double scale = Math.pow(10, -5 * random.nextDouble());
      for (int y = 0; y < other.length; y++) {
        other[y] = Math.max(other[y] + scale * random.nextGaussian(), -1);
      }
      assertThat(objective(other, mean, rho))
          .as("seed %d, trial %d", seed, trial)
          .isGreaterThan(best - 1e-9);
    }
  }

  @Test
  void regularisesAsThePaperProves() {
    double log = Math.log(2 * 10 / 0.05);
    assertThat(Rlls.rho(10, 1000))
        .isCloseTo(0.03 * (2 * log / 3000 + Math.sqrt(2 * log / 1000)), within(1e-15));
  }

  @Test
  void raisesTheLikelihoodWithEverySweep() {
    Mlls mlls = new Mlls(evidence.soft());
    PredictionBatch batch = PredictionBatch.of(world.batch(TARGET, 500, 1), Gaussians.CLASSES);
    double[] shares = mlls.start(batch);
    double before = mlls.logLikelihood(batch, shares);
    double first = before;
    for (int sweep = 0; sweep < 50; sweep++) {
      shares = mlls.sweep(batch, shares);
      double after = mlls.logLikelihood(batch, shares);
      assertThat(after).as("seed %d, sweep %d", seed, sweep).isGreaterThan(before - 1e-9);
      before = after;
    }
    assertThat(before).isGreaterThan(first + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bbse-hard", "bbse-soft", "mlls", "rlls"})
  void errsByNoMoreThanThreeStandardErrors(String name) {
    BatchEstimator estimator = Estimators.batch(name, evidence);
    double squares = 0;
    double error = 0;
    for (int trial = 0; trial < 20; trial++) {
      LabelEstimate estimate = estimator.estimate(world.batch(TARGET, 2000, 1));
      error = estimate.standardError();
      for (int y = 0; y < TARGET.length; y++) {
        double off = estimate.distribution()[y] - TARGET[y];
        squares += off * off / TARGET.length / 20;
      }
    }
    assertThat(error).as("seed %d", seed).isLessThan(0.03);
    assertThat(Math.sqrt(squares)).as("seed %d", seed).isBetween(error / 5, 1.5 * error);
  }

  @Test
  void foretellsTheNoiseOfHardVotes() {
    SamplingError error = new SamplingError(evidence.hard());
    BatchEstimator estimator = Estimators.batch("bbse-hard", evidence);
    double squares = 0;
    for (int trial = 0; trial < 300; trial++) {
      LabelEstimate estimate = estimator.estimate(world.batch(TARGET, 400, 1));
      double off = 0;
      for (int y = 0; y < TARGET.length; y++) {
        off += Math.pow(estimate.distribution()[y] - TARGET[y], 2);
      }
      squares += off / 300;
    }
    assertThat(Math.sqrt(squares) / error.total(TARGET, 400))
        .as("seed %d", seed)
        .isBetween(0.85, 1.15);
  }

  @Test
  void excludesAClassThatTheSourceDoesNotHave() {
    double[][] joint = {{0.4, 0.05, 0}, {0.05, 0.4, 0}, {0.05, 0.05, 0}};
    SourceEvidence two =
        new SourceEvidence(
            new SourceConfusion(Vote.HARD, joint, 1000),
            new SourceConfusion(Vote.SOFT, joint, 1000),
            Optional.empty(),
            Optional.empty());
    double[] mean = mixed(two.soft(), new double[] {0.3, 0.7, 0});
    for (String name : Estimators.batchNames()) {
      LabelEstimate estimate = Estimators.batch(name, two).estimate(mean);
      assertThat(estimate.refusal()).as(name).isEmpty();
      assertThat(estimate.distribution()[2]).as(name).isZero();
    }
  }

  @Test
  void namesWhatIsWrong() {
    BatchEstimator estimator = Estimators.batch("bbse-soft", evidence);
    assertThatThrownBy(() -> estimator.estimate(new double[5]))
        .hasMessageContaining("5 probabilities")
        .hasMessageContaining("4 classes");
    assertThatThrownBy(() -> estimator.estimate(new double[] {3, 1, 0, 2}))
        .hasMessageContaining("Row 0")
        .hasMessageContaining("6.0");
    assertThatThrownBy(() -> Estimators.batch("bbse", evidence))
        .hasMessageContaining("'bbse'")
        .hasMessageContaining("bbse-soft");
    assertThatThrownBy(
            () -> new SourceConfusion(Vote.SOFT, new double[][] {{0.9, 0.1}, {0.1, 0.9}}, 10))
        .hasMessageContaining("sums to 2.0");
  }

  private double objective(double[] theta, double[] mean, double rho) {
    double[] source = evidence.soft().meanPrediction();
    double misfit = 0;
    double length = 0;
    for (int i = 0; i < theta.length; i++) {
      double left = source[i] - mean[i];
      for (int y = 0; y < theta.length; y++) {
        left += evidence.soft().joint()[i][y] * theta[y];
      }
      misfit += left * left;
      length += theta[i] * theta[i];
    }
    return Math.sqrt(misfit) + rho * Math.sqrt(length);
  }

  /** The mean prediction where labels follow a distribution. */
  private static double[] mixed(SourceConfusion confusion, double[] labels) {
    double[] mean = new double[labels.length];
    for (int i = 0; i < mean.length; i++) {
      for (int y = 0; y < labels.length; y++) {
        double prior = confusion.prior()[y];
        mean[i] += prior > 0 ? confusion.joint()[i][y] * labels[y] / prior : 0;
      }
    }
    return mean;
  }
}
