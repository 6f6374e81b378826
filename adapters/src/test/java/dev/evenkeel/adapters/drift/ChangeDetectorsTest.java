package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every change detector must do, and what each promises of itself. */
class ChangeDetectorsTest {
  private static final int LONG = 100_000;

  private final long seed = Long.getLong("evenkeel.seed", 11);
  private final Random random = new Random(seed);

  static Stream<ChangeDetector> all() {
    return ChangeDetectors.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void isSilentWhileNothingChanges(ChangeDetector detector) {
    assertThat(alarms(detector, 0.3, LONG, this::quiet)).as("seed %d", seed).isZero();
  }

  @ParameterizedTest
  @MethodSource("all")
  void isSilentOnAConstant(ChangeDetector detector) {
    assertThat(alarms(detector, Double.NaN, 10_000, () -> 0.4)).isZero();
  }

  @ParameterizedTest
  @MethodSource("all")
  void findsAStepUpAndAStepDown(ChangeDetector detector) {
    double[] state = detector.start(Double.NaN);
    for (int i = 0; i < 200; i++) {
      state = detector.next(state, quiet()).state();
    }
    int up = delay(detector, state, () -> quiet() + 0.3);
    assertThat(up).as("%s, seed %d", detector.name(), seed).isBetween(1, 60);
    double[] high = detector.start(Double.NaN);
    for (int i = 0; i < 200; i++) {
      high = detector.next(high, quiet() + 0.3).state();
    }
    int down = delay(detector, high, this::quiet);
    assertThat(down).as("%s, seed %d", detector.name(), seed).isBetween(1, 60);
  }

  @ParameterizedTest
  @MethodSource("all")
  void goesOnExactlyFromItsNumbers(ChangeDetector detector) {
    double[] state = detector.start(0.3);
    for (int i = 0; i < 50; i++) {
      double value = random.nextDouble();
      double[] before = state.clone();
      ChangeDetector.Detection once = detector.next(state, value);
      ChangeDetector.Detection again = detector.next(state.clone(), value);
      assertThat(again.state()).containsExactly(once.state());
      assertThat(again.alarm()).isEqualTo(once.alarm());
      assertThat(state).as("left as it was").containsExactly(before);
      state = once.state();
    }
  }

  @Test
  void pageHinkleyWithItsTextbookSettingsHoldsItsRateOnSamples() {
    ChangeDetector detector = new PageHinkley(0.005, 50, 30, 0);
    assertThat(alarms(detector, Double.NaN, LONG, () -> random.nextDouble() < 0.3 ? 1 : 0))
        .as("seed %d", seed)
        .isLessThanOrEqualTo(10);
    assertThat(delayOfAStepInShares(detector)).as("seed %d", seed).isLessThan(500);
  }

  @Test
  void adwinHoldsItsRateOnSamples() {
    ChangeDetector detector = new Adwin(0.002);
    assertThat(alarms(detector, Double.NaN, LONG, () -> random.nextDouble() < 0.3 ? 1 : 0))
        .as("seed %d", seed)
        .isLessThanOrEqualTo(3);
    assertThat(delayOfAStepInShares(detector)).as("seed %d", seed).isLessThan(500);
  }

  @Test
  void adwinRemembersLittle() {
    ChangeDetector detector = new Adwin(0.002);
    double[] state = detector.start(Double.NaN);
    for (int i = 0; i < LONG; i++) {
      state = detector.next(state, random.nextDouble()).state();
    }
    assertThat(state.length).as("seed %d", seed).isLessThan(3 * 6 * 18);
    double count = 0;
    for (int i = 0; i < state.length; i += 3) {
      count += state[i];
    }
    assertThat(count).as("every value is in a bucket, seed %d", seed).isEqualTo(LONG);
  }

  @Test
  void bettingHoldsItsRateForTheWorstDistributionInsideTheMargin() {
    ChangeDetector detector = new BettingDetector(1e-3, 0.1, 5);
    // Coins with a mean at the edge of the interval: no room is left.
    assertThat(alarms(detector, 0.4, LONG, () -> random.nextDouble() < 0.5 ? 1 : 0))
        .as("seed %d", seed)
        .isLessThanOrEqualTo(LONG / 1000);
  }

  @Test
  void refusesUnknownNamesAndSettingsWithoutMeaning() {
    assertThatThrownBy(() -> ChangeDetectors.named("adwim"))
        .hasMessageContaining("adwim")
        .hasMessageContaining("adwin, betting, page-hinkley");
    for (Runnable made :
        List.<Runnable>of(
            () -> new Adwin(0),
            () -> new PageHinkley(0.1, 0, 1, 1),
            () -> new BettingDetector(2, 0.1, 5))) {
      assertThatThrownBy(made::run).hasMessageContaining("expected");
    }
  }

  private double quiet() {
    return Math.min(Math.max(0.3 + 0.05 * random.nextGaussian(), 0), 1);
  }

  private int delayOfAStepInShares(ChangeDetector detector) {
    double[] state = detector.start(Double.NaN);
    for (int i = 0; i < 2000; i++) {
      state = detector.next(state, random.nextDouble() < 0.3 ? 1 : 0).state();
    }
    return delay(detector, state, () -> random.nextDouble() < 0.5 ? 1 : 0);
  }

  private static int delay(ChangeDetector detector, double[] start, DoubleSupplier values) {
    double[] state = start;
    for (int i = 1; i <= 1000; i++) {
      ChangeDetector.Detection detection = detector.next(state, values.getAsDouble());
      if (detection.alarm()) {
        return i;
      }
      state = detection.state();
    }
    return Integer.MAX_VALUE;
  }

  private static int alarms(
      ChangeDetector detector, double expected, int count, DoubleSupplier values) {
    double[] state = detector.start(expected);
    int alarms = 0;
    for (int i = 0; i < count; i++) {
      ChangeDetector.Detection detection = detector.next(state, values.getAsDouble());
      alarms += detection.alarm() ? 1 : 0;
      state = detection.state();
    }
    return alarms;
  }
}
