package dev.evenkeel.adapters.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CostMatrixTest {
  private static final int ROUNDS = 2_000;

  private final long seed = Long.getLong("evenkeel.seed", 29);
  private final Random random = new Random(seed);

  @Test
  void answersTheDearClassToMissAlsoWhereItIsNotTheLikeliest() {
    CostMatrix costs = CostMatrix.of(new double[][] {{0, 1}, {5, 0}});
    assertThat(costs.decide(new float[] {0.8f, 0.2f}, 0)).as("0.8 against 1.0").isOne();
    assertThat(costs.decide(new float[] {0.9f, 0.1f}, 0)).as("0.9 against 0.5").isZero();
    assertThat(costs.decide(new float[] {9, 9, 0.8f, 0.2f}, 2)).as("from an offset").isOne();
  }

  @Test
  void answersTheLowestIndexAmongEquals() {
    CostMatrix costs = CostMatrix.of(new double[][] {{0, 1, 2}, {2, 0, 2}, {2, 1, 0}});
    assertThat(costs.decide(new float[] {0.5f, 0, 0.5f}, 0)).isZero();
    CostMatrix indifferent = CostMatrix.of(new double[3][3]);
    assertThat(indifferent.decide(new float[] {0.1f, 0.2f, 0.7f}, 0)).isZero();
  }

  /** Also where sums of costs would differ by rounding: equal peaks above many small shares. */
  @Test
  void equalCostsOfAllWrongAnswersAreTheArgMaxExactly() {
    for (int round = 0; round < ROUNDS; round++) {
      int classes = 1 + random.nextInt(50);
      float[] probabilities = probabilities(classes);
      if (random.nextBoolean()) {
        probabilities[random.nextInt(classes)] = probabilities[random.nextInt(classes)];
      }
      double[][] costs = uniform(classes, random.nextBoolean() ? 1 : 10 * random.nextDouble());
      assertThat(CostMatrix.of(costs).decide(probabilities, 0))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(argMax(probabilities));
    }
  }

  @Test
  void noOtherAnswerCostsLessOnAverage() {
    for (int round = 0; round < ROUNDS; round++) {
      int classes = 2 + random.nextInt(8);
      float[] probabilities = probabilities(classes);
      CostMatrix costs = CostMatrix.of(anyCosts(classes));
      double chosen = expected(costs, probabilities, costs.decide(probabilities, 0));
      for (int answer = 0; answer < classes; answer++) {
        assertThat(chosen)
            .as("seed %d, round %d, answer %d", seed, round, answer)
            .isLessThanOrEqualTo(expected(costs, probabilities, answer) * (1 + 1e-12));
      }
    }
  }

  @Test
  void missingAClassAtAHigherCostNeverLowersItsRecall() {
    for (int round = 0; round < 100; round++) {
      int classes = 2 + random.nextInt(8);
      int dear = random.nextInt(classes);
      double[][] lower = anyCosts(classes);
      double[][] higher = anyCosts(classes);
      for (int row = 0; row < classes; row++) {
        higher[row] = lower[row].clone();
      }
      for (int answer = 0; answer < classes; answer++) {
        higher[dear][answer] += answer == dear ? 0 : 3 * random.nextDouble();
      }
      CostMatrix before = CostMatrix.of(lower);
      CostMatrix after = CostMatrix.of(higher);
      int hitsBefore = 0;
      int hitsAfter = 0;
      for (int sample = 0; sample < 200; sample++) {
        float[] probabilities = probabilities(classes);
        hitsBefore += before.decide(probabilities, 0) == dear ? 1 : 0;
        hitsAfter += after.decide(probabilities, 0) == dear ? 1 : 0;
      }
      assertThat(hitsAfter).as("seed %d, round %d", seed, round).isGreaterThanOrEqualTo(hitsBefore);
    }
  }

  @Test
  void onlyTheRatiosOfCostsMatter() {
    for (int round = 0; round < ROUNDS; round++) {
      int classes = 2 + random.nextInt(8);
      float[] probabilities = probabilities(classes);
      double[][] costs = anyCosts(classes);
      int decided = CostMatrix.of(costs).decide(probabilities, 0);
      for (double[] row : costs) {
        for (int answer = 0; answer < classes; answer++) {
          row[answer] *= 1 << 20;
        }
      }
      assertThat(CostMatrix.of(costs).decide(probabilities, 0))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(decided);
    }
  }

  @Test
  void refusesRowsThatMakeNoSquare() {
    refuses(new double[][] {}, "no rows");
    refuses(new double[][] {{0, 1}, {1, 0, 2}}, "row 1", "has 3 numbers", "expected 2");
    refuses(new double[][] {{0, 1}, {}}, "row 1", "has 0 numbers", "expected 2");
  }

  @Test
  void refusesCostsThatAreNegativeOrNotFinite() {
    refuses(new double[][] {{0, 1}, {-2, 0}}, "row 1", "-2.0 for answer 0", "at least 0");
    refuses(new double[][] {{0, Double.NaN}, {1, 0}}, "row 0", "NaN for answer 1", "finite");
    double infinite = Double.POSITIVE_INFINITY;
    refuses(new double[][] {{0, infinite}, {1, 0}}, "row 0", "Infinity for answer 1", "finite");
  }

  @Test
  void refusesWrongAnswersThatCostLessThanTheRightOne() {
    refuses(
        new double[][] {{0, 5}, {1, 3}},
        "row 1",
        "3.0 for the right answer and 1.0 for answer 0",
        "cost least",
        "swap");
  }

  private static void refuses(double[][] costs, String... parts) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CostMatrix.of(costs))
        .satisfies(refusal -> assertThat(refusal.getMessage()).contains(parts));
  }

  @Test
  void copiesWhatItIsGivenAndGives() {
    double[][] given = {{0, 1}, {5, 0}};
    CostMatrix costs = CostMatrix.of(given);
    given[1][0] = 7;
    costs.toArray()[1][0] = 8;
    assertThat(costs.cost(1, 0)).isEqualTo(5);
    assertThat(costs.classes()).isEqualTo(2);
  }

  /** Between flat and peaked, with shares far below one in a million among them. */
  private float[] probabilities(int classes) {
    double[] weights = new double[classes];
    double sum = 0;
    double sharpness = 15 * random.nextDouble();
    for (int y = 0; y < classes; y++) {
      weights[y] = Math.exp(sharpness * random.nextGaussian());
      sum += weights[y];
    }
    float[] probabilities = new float[classes];
    for (int y = 0; y < classes; y++) {
      probabilities[y] = (float) (weights[y] / sum);
    }
    return probabilities;
  }

  private double[][] anyCosts(int classes) {
    double[][] costs = new double[classes][classes];
    for (int row = 0; row < classes; row++) {
      costs[row][row] = random.nextDouble();
      for (int answer = 0; answer < classes; answer++) {
        costs[row][answer] += answer == row ? 0 : 1 + 9 * random.nextDouble();
      }
    }
    return costs;
  }

  private static double[][] uniform(int classes, double cost) {
    double[][] costs = new double[classes][classes];
    for (int row = 0; row < classes; row++) {
      for (int answer = 0; answer < classes; answer++) {
        costs[row][answer] = answer == row ? 0 : cost;
      }
    }
    return costs;
  }

  private static double expected(CostMatrix costs, float[] probabilities, int answer) {
    double expected = 0;
    for (int y = 0; y < probabilities.length; y++) {
      expected += costs.cost(y, answer) * probabilities[y];
    }
    return expected;
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
