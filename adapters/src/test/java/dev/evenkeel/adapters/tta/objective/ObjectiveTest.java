package dev.evenkeel.adapters.tta.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectiveTest {
  private static final int ROWS = 6;
  private static final int CLASSES = 5;
  private static final RandomTensors RANDOM = RandomTensors.seeded();

  static Stream<Arguments> objectives() {
    Probabilities other = Probabilities.of(logits(2), ROWS, CLASSES);
    return Stream.of(
        Arguments.of("entropy", new Entropy()),
        Arguments.of("soft likelihood ratio", new SoftLikelihoodRatio()),
        Arguments.of("mean entropy", new MeanEntropy(0.7)),
        Arguments.of("smoothed entropy", new SmoothedEntropy()),
        Arguments.of("teacher cross-entropy", new TeacherCrossEntropy(other)),
        Arguments.of("symmetric cross-entropy", new SymmetricCrossEntropy(other)),
        Arguments.of("a sum", new Entropy().plus(new MeanEntropy(0.5))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void gradientsAreThoseOfFiniteDifferences(String name, Objective objective) {
    for (double scale : new double[] {0.3, 2, 6}) {
      double[] logits = logits(scale);
      double[] coefficients = coefficients();
      double[] gradient =
          objective.of(Probabilities.of(logits, ROWS, CLASSES), coefficients).gradient();
      double[] expected = new double[logits.length];
      for (int i = 0; i < logits.length; i++) {
        expected[i] = difference(objective, logits, coefficients, i);
      }
      assertThat(distance(gradient, expected))
          .as("relative distance at scale %s, %s", scale, RANDOM)
          .isLessThan(1e-6);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void gradientsSumToZeroOverTheClasses(String name, Objective objective) {
    double[] gradient =
        objective.of(Probabilities.of(logits(3), ROWS, CLASSES), coefficients()).gradient();
    for (int row = 0; row < ROWS; row++) {
      double sum = Arrays.stream(gradient, row * CLASSES, (row + 1) * CLASSES).sum();
      assertThat(sum).as("row %d, %s", row, RANDOM).isCloseTo(0, within(1e-12));
    }
  }

  @Test
  void rowsThatWereNotSelectedGetNoGradientEvenIfTheyAreNotFinite() {
    float[] logits = {1, 2, Float.NaN, 0, 3, 1};
    Loss loss = new Entropy().of(Probabilities.of(logits, 3, 2), new double[] {0.5, 0, 0.5});
    assertThat(loss.value()).isFinite();
    assertThat(loss.gradient()[2]).isZero();
    assertThat(loss.gradient()[3]).isZero();
    assertThat(loss.toFloats()[4]).isNotZero();
  }

  @Test
  void meanEntropyCancelsTheEntropyOfASingleRow() {
    Loss loss =
        new Entropy()
            .plus(new MeanEntropy(1))
            .of(Probabilities.of(new float[] {0.3f, -1, 2}, 1, 3), new double[] {1});
    assertThat(loss.value()).isCloseTo(0, within(1e-12));
    for (double slope : loss.gradient()) {
      assertThat(slope).isCloseTo(0, within(1e-12));
    }
  }

  @Test
  void meanEntropyStaysFiniteWhereNoRowExpectsAClass() {
    Loss loss =
        new MeanEntropy(1).of(Probabilities.of(new float[] {0, 0, -1000}, 1, 3), new double[1]);
    assertThat(loss.value()).isCloseTo(-Math.log(2), within(1e-9));
    assertThat(Arrays.stream(loss.gradient())).allMatch(Double::isFinite);
  }

  @Test
  void symmetricCrossEntropyIsSymmetric() {
    Probabilities one = Probabilities.of(logits(1), ROWS, CLASSES);
    Probabilities two = Probabilities.of(logits(1), ROWS, CLASSES);
    double[] coefficients = coefficients();
    assertThat(new SymmetricCrossEntropy(one).of(two, coefficients).value())
        .isCloseTo(new SymmetricCrossEntropy(two).of(one, coefficients).value(), within(1e-12));
  }

  @Test
  void notesLossIsTheEntropyOverTheClassesUpToItsFloor() {
    Probabilities batch = Probabilities.of(logits(1), ROWS, CLASSES);
    double[] mean = new double[ROWS];
    Arrays.fill(mean, 1.0 / ROWS);
    assertThat(new SmoothedEntropy().of(batch, mean).value())
        .isCloseTo(new Entropy().of(batch, mean).value() / CLASSES, within(1e-5));
  }

  @Test
  void softLikelihoodRatioHasNoSlopeForAClassAboveTheClip() {
    float[] confident = {10, 0};
    Probabilities batch = Probabilities.of(confident, 1, 2);
    double other = batch.probability(0, 1);
    double expected = -0.99 * Math.log(99 + 1e-5) - other * Math.log(other / (1 - other) + 1e-5);
    assertThat(new SoftLikelihoodRatio().of(batch, new double[] {1}).value())
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void ewcHoldsTheParametersThatMatter() {
    Ewc ewc = new Ewc(2, new float[] {1, 0, 0.5f}, new float[] {0, 1, 2});
    Loss loss = ewc.of(new float[] {1, 5, 0});
    assertThat(loss.value()).isEqualTo(2 * (1 + 0.5 * 4));
    assertThat(loss.gradient()).containsExactly(4, 0, -4);
    assertThat(ewc.of(new float[] {0, 1, 2}).gradient()).containsOnly(0);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Probabilities batch = Probabilities.of(new float[4], 2, 2);
    assertThatThrownBy(() -> new Entropy().of(batch, new double[3]))
        .hasMessageContaining("3 coefficients for 2 rows");
    assertThatThrownBy(
            () ->
                new TeacherCrossEntropy(Probabilities.of(new float[4], 1, 4))
                    .of(batch, new double[2]))
        .hasMessageContaining("2 rows and 2 classes");
    assertThatThrownBy(() -> new MeanEntropy(-1)).hasMessageContaining("Alpha is -1.0");
    assertThatThrownBy(() -> new Ewc(1, new float[] {-1}, new float[1]))
        .hasMessageContaining("Fisher information -1.0");
    assertThatThrownBy(() -> new Ewc(1, new float[1], new float[2]))
        .hasMessageContaining("of 1 parameters, expected 2");
    assertThatThrownBy(() -> Probabilities.of(new float[5], 2, 2))
        .hasMessageContaining("5 logits for 2 rows of 2 classes");
  }

  /** Central difference with one Richardson step: an error of order h^4. */
  private static double difference(
      Objective objective, double[] logits, double[] coefficients, int index) {
    double step = 1e-3;
    double wide = slope(objective, logits, coefficients, index, 2 * step);
    double narrow = slope(objective, logits, coefficients, index, step);
    return (4 * narrow - wide) / 3;
  }

  private static double slope(
      Objective objective, double[] logits, double[] coefficients, int index, double step) {
    double[] up = logits.clone();
    double[] down = logits.clone();
    up[index] += step;
    down[index] -= step;
    return (objective.of(Probabilities.of(up, ROWS, CLASSES), coefficients).value()
            - objective.of(Probabilities.of(down, ROWS, CLASSES), coefficients).value())
        / (2 * step);
  }

  private static double distance(double[] actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference / norm);
  }

  private static double[] logits(double scale) {
    Random random = RANDOM.random();
    return random.doubles(ROWS * CLASSES, -scale, scale).toArray();
  }

  private static double[] coefficients() {
    return RANDOM.random().doubles(ROWS, 0.1, 1).toArray();
  }
}
