package dev.evenkeel.adapters.labelshift.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.labelshift.Gaussians;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineEstimatorTest {
  private static final double[] SOURCE = {0.25, 0.25, 0.25, 0.25};
  private static final double[] BEFORE = {0.7, 0.1, 0.1, 0.1};
  private static final double[] AFTER = {0.1, 0.1, 0.1, 0.7};

  private final long seed = Long.getLong("evenkeel.seed", 37);
  private final OnlineEstimator leaders = new FollowingLeaders(SOURCE);
  private final OnlineEstimator history = new FollowTheHistory(SOURCE);

  @Test
  void leadersReachTheLimitOfTheHistoryOnAConstantStream() {
    List<double[]> constant = Collections.nCopies(50, BEFORE);
    assertThat(leaders.prior(Source.after(leaders, constant)))
        .containsExactly(history.prior(Source.after(history, constant)), within(1e-12));
  }

  @Test
  void leadersHalveTheirErrorFasterThanTheHistoryAfterASwitch() {
    assertThat(stepsToHalve(leaders) * 2).isLessThan(stepsToHalve(history));
  }

  @Test
  void leadersDieAtTheirTimeAndCoverEveryPast() {
    double[] state = leaders.start();
    for (long step = 1; step <= 600; step++) {
      state = leaders.next(state, Source.exact(BEFORE, 10), new double[0]);
      long now = step;
      long[] living = births(state);
      assertThat(living)
          .containsExactly(
              LongStream.rangeClosed(1, now)
                  .filter(birth -> now < birth + 4 * Long.lowestOneBit(birth) + 1)
                  .toArray());
      for (long past = 1; past <= now; past++) {
        long from = past;
        assertThat(
                LongStream.of(living).anyMatch(birth -> birth >= from && birth <= (from + now) / 2))
            .as("after %d, since %d", now, from)
            .isTrue();
      }
      assertThat(living.length).isLessThanOrEqualTo(5 + 3 * (64 - Long.numberOfLeadingZeros(now)));
    }
  }

  @Test
  void leadersFollowTheirEquationsStepByStep() {
    Random random = new Random(seed);
    double[] state = leaders.start();
    double[][] seen = new double[5][];
    double[] weights = {};
    for (int t = 1; t <= 5; t++) {
      double[] local = distribution(random);
      double[] grown = new double[t];
      double sum = 0;
      for (int s = 0; s < t - 1; s++) {
        double square = 0;
        for (int y = 0; y < 4; y++) {
          square += Math.pow(mean(seen, s, t - 1, y) - local[y], 2);
        }
        grown[s] = weights[s] * Math.exp(-0.25 * square);
        sum += grown[s];
      }
      for (int s = 0; s < t - 1; s++) {
        grown[s] *= t / (t + 1.0) / sum;
      }
      grown[t - 1] = 1 / (t + 1.0);
      weights = grown;
      seen[t - 1] = local;
      double total = 0;
      double[] expected = new double[4];
      for (int s = 0; s < t; s++) {
        total += weights[s];
        for (int y = 0; y < 4; y++) {
          expected[y] += weights[s] * mean(seen, s, t, y);
        }
      }
      for (int y = 0; y < 4; y++) {
        expected[y] /= total;
      }
      state = leaders.next(state, Source.exact(local, 10), new double[0]);
      assertThat(leaders.prior(state))
          .as("seed %d, step %d", seed, t)
          .containsExactly(expected, within(1e-12));
    }
  }

  @Test
  void aWindowOfOneIsTheLastEstimate() {
    OnlineEstimator window = new FixedWindow(SOURCE, 1);
    assertThat(window.prior(Source.after(window, List.of(BEFORE, AFTER)))).containsExactly(AFTER);
  }

  @Test
  void aWindowForgetsWhatLeavesIt() {
    OnlineEstimator window = new FixedWindow(SOURCE, 2);
    assertThat(window.prior(Source.after(window, List.of(BEFORE, AFTER, SOURCE, AFTER))))
        .containsExactly(new double[] {0.175, 0.175, 0.175, 0.475}, within(1e-15));
  }

  @Test
  void theAverageDoesNotDependOnHowAStreamIsCut() {
    Pace pace = new Pace(0.3, 64);
    double[] once = pace.step(BEFORE, AFTER, 64);
    double[] twice = pace.step(pace.step(BEFORE, AFTER, 24), AFTER, 40);
    assertThat(twice).containsExactly(once, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 100, 1000})
  void theAverageHoldsThirtySamplesAClass(int classes) {
    double rate = Pace.of(classes).rate();
    assertThat(64 * (2 - rate) / rate).isGreaterThanOrEqualTo(30 * classes - 1e-6);
  }

  @Test
  void recallSlopesAreThoseOfTheLoss() {
    SourceEvidence evidence = Source.of(new Gaussians(seed), 2000, 300);
    Rogd rogd = new Rogd(evidence.soft().prior(), evidence.holdOut().orElseThrow());
    double[] prior = {0.3, 0.3, 0.2, 0.2};
    double[][] slopes = rogd.recallSlopes(prior);
    for (int k = 0; k < 4; k++) {
      double[] up = prior.clone();
      double[] down = prior.clone();
      up[k] += 1e-5;
      down[k] -= 1e-5;
      double slope = 0;
      for (int y = 0; y < 4; y++) {
        slope -= AFTER[y] * slopes[y][k];
      }
      assertThat((rogd.loss(AFTER, up) - rogd.loss(AFTER, down)) / 2e-5)
          .as("seed %d, class %d", seed, k)
          .isCloseTo(slope, within(1e-6));
    }
  }

  @Test
  void descentFindsWhatCorrectsBetterThanTheTruthItself() {
    SourceEvidence evidence = Source.of(new Gaussians(seed), 2000, 1000);
    Rogd rogd = new Rogd(evidence.soft().prior(), evidence.holdOut().orElseThrow());
    double[] state = Source.after(rogd, Collections.nCopies(100, AFTER));
    assertThat(rogd.loss(AFTER, rogd.prior(state)))
        .as("seed %d", seed)
        .isLessThan(0.9 * rogd.loss(AFTER, evidence.soft().prior()))
        .isLessThan(rogd.loss(AFTER, AFTER));
  }

  /**
   * The loss is steep where a share is nearly zero; steps must not be small everywhere for that.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void descentGetsThereInAHundredBatches(int mostFrequent) {
    SourceEvidence evidence = Source.of(new Gaussians(seed), 2000, 1000);
    Rogd rogd = new Rogd(evidence.soft().prior(), evidence.holdOut().orElseThrow());
    double[] labels = mostFrequent == 0 ? BEFORE : AFTER;
    double atFirst = rogd.loss(labels, rogd.prior(rogd.start()));
    double soon =
        rogd.loss(labels, rogd.prior(Source.after(rogd, Collections.nCopies(100, labels))));
    double inTheEnd =
        rogd.loss(labels, rogd.prior(Source.after(rogd, Collections.nCopies(5000, labels))));
    assertThat(soon - inTheEnd)
        .as("seed %d, loss %f at first, %f soon, %f in the end", seed, atFirst, soon, inTheEnd)
        .isLessThan(0.15 * (atFirst - inTheEnd));
  }

  @Test
  void refusesAStateThatIsNotItsOwn() {
    LabelEstimate local = Source.exact(BEFORE, 10);
    assertThatThrownBy(() -> history.next(new double[4], local, new double[0]))
        .hasMessageContaining("4 values")
        .hasMessageContaining("fth");
    assertThatThrownBy(() -> leaders.next(new double[5], local, new double[0]))
        .hasMessageContaining("flh-ftl");
  }

  private static int stepsToHalve(OnlineEstimator estimator) {
    double[] state = Source.after(estimator, Collections.nCopies(60, BEFORE));
    double full = Source.totalVariation(estimator.prior(state), AFTER);
    return IntStream.rangeClosed(1, 1000)
        .filter(
            steps -> {
              double[] later = state;
              for (int i = 0; i < steps; i++) {
                later = estimator.next(later, Source.exact(AFTER, 64), new double[0]);
              }
              return Source.totalVariation(estimator.prior(later), AFTER) <= full / 2;
            })
        .findFirst()
        .orElseThrow();
  }

  private static long[] births(double[] state) {
    return IntStream.range(0, state.length / 6).mapToLong(i -> (long) state[1 + 6 * i]).toArray();
  }

  private static double mean(double[][] seen, int from, int to, int y) {
    double sum = 0;
    for (int s = from; s < to; s++) {
      sum += seen[s][y];
    }
    return sum / (to - from);
  }

  private static double[] distribution(Random random) {
    double[] draws = random.doubles(4, 0.1, 1).toArray();
    double sum = draws[0] + draws[1] + draws[2] + draws[3];
    return new double[] {draws[0] / sum, draws[1] / sum, draws[2] / sum, draws[3] / sum};
  }
}
