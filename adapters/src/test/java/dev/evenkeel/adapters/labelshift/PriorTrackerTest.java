package dev.evenkeel.adapters.labelshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriorTrackerTest {
  private static final double[] TARGET = {0.05, 0.1, 0.15, 0.7};

  private final long seed = Long.getLong("evenkeel.seed", 5);
  private final Gaussians world = new Gaussians(seed);
  private final SourceMoments source = world.profile(20_000).moments();
  private final PriorTracker tracker = new PriorTracker(source, 0.08, 0.12, false);

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 64})
  void findsTheDistributionOfAShiftedStream(int batch) {
    TrackedPrior tracked = run(tracker, TARGET, 2000 / batch, batch, 1);
    assertThat(totalVariation(tracked.prior(), TARGET)).as("seed %d", seed).isLessThan(0.08);
  }

  @Test
  void keepsTheSourcePriorWhereNothingShifted() {
    TrackedPrior tracked = run(tracker, Gaussians.SOURCE, 40, 64, 1);
    assertThat(totalVariation(tracked.prior(), Gaussians.SOURCE))
        .as("seed %d", seed)
        .isLessThan(0.04);
  }

  @Test
  void followsADistributionThatTurns() {
    TrackedPrior tracked = run(tracker, TARGET, 20, 64, 1);
    double[] turned = {0.7, 0.15, 0.1, 0.05};
    for (int i = 0; i < 8; i++) {
      tracked = tracker.next(tracked, world.batch(turned, 64, 1));
    }
    assertThat(totalVariation(tracked.prior(), turned)).as("seed %d", seed).isLessThan(0.15);
  }

  @Test
  void correctsNothingUnderCovariateShiftOfTheSourcesOwnStatistics() {
    TrackedPrior tracked = run(tracker, Gaussians.SOURCE, 20, 64, 0.4);
    assertThat(tracked.residual()).as("seed %d", seed).isGreaterThan(0.08);
    assertThat(tracked.prior()).containsExactly(Gaussians.SOURCE, within(0.02));
    assertThat(totalVariation(tracked.estimate(), Gaussians.SOURCE)).isGreaterThan(0.2);
  }

  @Test
  void asksForEvidenceWhereTheStatisticsFollowTheStream() {
    PriorTracker following = new PriorTracker(source, 0, 0.12, true);
    TrackedPrior unmoved = run(following, Gaussians.SOURCE, 20, 64, 1);
    assertThat(unmoved.evidence()).as("seed %d", seed).isLessThan(0.05);
    assertThat(unmoved.prior()).containsExactly(source.prior());
    TrackedPrior moved = run(following, TARGET, 20, 64, 1);
    assertThat(moved.evidence()).isGreaterThan(0.12);
    assertThat(totalVariation(moved.prior(), TARGET)).as("seed %d", seed).isLessThan(0.2);
  }

  @Test
  void treatsClassesAlike() {
    int[] order = {2, 0, 3, 1};
    double[] prior = permuted(source.prior(), order);
    double[][] means = new double[4][];
    double[] deviations = new double[12];
    Arrays.fill(deviations, 0.5);
    for (int y = 0; y < 4; y++) {
      means[y] = new double[12];
      means[y][y] = 0.7;
      means[y][4 + y] = 0.8;
      means[y][8 + y] = 0.6;
    }
    PriorTracker one =
        new PriorTracker(new SourceMoments(source.prior(), means, deviations, 4000), 9, 0, true);
    PriorTracker other =
        new PriorTracker(new SourceMoments(prior, means, deviations, 4000), 9, 0, true);
    TrackedPrior first = one.start();
    TrackedPrior second = other.start();
    for (int i = 0; i < 5; i++) {
      double[] rows = world.batch(TARGET, 16, 1);
      first = one.next(first, rows);
      double[] relabelled = new double[rows.length];
      for (int n = 0; n < 16; n++) {
        double[] row = permuted(Arrays.copyOfRange(rows, 4 * n, 4 * n + 4), order);
        System.arraycopy(row, 0, relabelled, 4 * n, 4);
      }
      second = other.next(second, relabelled);
    }
    assertThat(second.prior())
        .as("seed %d", seed)
        .containsExactly(permuted(first.prior(), order), within(1e-9));
  }

  @Test
  void goesOnFromItsEntriesBitForBit() {
    TrackedPrior tracked = run(tracker, TARGET, 5, 16, 1);
    StateDict saved = StateDict.of(tracked.toEntries());
    TrackedPrior restored =
        TrackedPrior.of(
            StateDictSerializer.fromBytes(StateDictSerializer.toBytes(saved)).entries());
    double[] batch = world.batch(TARGET, 16, 1);
    assertThat(tracker.next(restored, batch).toEntries())
        .isEqualTo(tracker.next(tracked, batch).toEntries());
  }

  @Test
  void leavesOutRowsThatAreNotFinite() {
    TrackedPrior start = run(tracker, TARGET, 3, 16, 1);
    double[] batch = world.batch(TARGET, 3, 1);
    double[] poisoned = Arrays.copyOf(batch, 16);
    Arrays.fill(poisoned, 12, 16, Double.NaN);
    assertThat(tracker.next(start, poisoned).toEntries())
        .isEqualTo(tracker.next(start, batch).toEntries());
    assertThat(tracker.next(start, new double[] {Double.NaN, 0, 0, 0})).isSameAs(start);
  }

  @Test
  void staysADistributionAndForgetsNoClass() {
    double[] one = {0, 0, 0, 1};
    TrackedPrior tracked = run(tracker, one, 200, 16, 1);
    assertThat(Arrays.stream(tracked.prior()).sum()).isCloseTo(1, within(1e-12));
    assertThat(Arrays.stream(tracked.estimate()).min().orElseThrow()).isPositive();
  }

  private TrackedPrior run(
      PriorTracker by, double[] prior, int batches, int size, double contrast) {
    TrackedPrior tracked = by.start();
    for (int i = 0; i < batches; i++) {
      tracked = by.next(tracked, world.batch(prior, size, contrast));
    }
    return tracked;
  }

  private static double[] permuted(double[] values, int[] order) {
    return Arrays.stream(order).mapToDouble(y -> values[y]).toArray();
  }

  private static double totalVariation(double[] a, double[] b) {
    double sum = 0;
    for (int y = 0; y < a.length; y++) {
      sum += Math.abs(a[y] - b[y]) / 2;
    }
    return sum;
  }
}
