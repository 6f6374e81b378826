package dev.evenkeel.adapters.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.testing.OpenSetByHand;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class OpenSetEvaluationTest {
  private static final double EXACT = 1e-12;

  @Test
  void aSmallCaseCountedByHand() {
    // Known 4, 3 (wrong), 1; unknown 2, 0: five of six pairs are in order.
    OpenSetEvaluation evaluation = new OpenSetEvaluation();
    evaluation.addKnown(4, true);
    evaluation.addUnknown(0);
    evaluation.addKnown(3, false);
    evaluation.addUnknown(2);
    evaluation.addKnown(1, true);
    OpenSetMetrics metrics = evaluation.metrics().orElseThrow();
    assertThat(metrics.auroc()).isCloseTo(5.0 / 6, within(EXACT));
    // From (1/2, 2/3) at score 2 to (1/2, 1) at score 1.
    assertThat(metrics.fprAt95Tpr()).isCloseTo(0.5, within(EXACT));
    // Up to score 2 the rate is 1/3; at score 1 still 1/3; at score 0 it is 2/3.
    assertThat(metrics.oscr())
        .isCloseTo(0.5 * (1.0 / 3) + 0.5 * (1.0 / 3 + 2.0 / 3) / 2, within(EXACT));
    double accuracy = 2.0 / 3;
    assertThat(metrics.hScore()).isCloseTo(2 / (1 / accuracy + 6.0 / 5), within(EXACT));
  }

  @Test
  void constantScoresAreChance() {
    OpenSetMetrics metrics = evaluate(random(), score -> 7).metrics().orElseThrow();
    assertThat(metrics.auroc()).isCloseTo(0.5, within(EXACT));
    assertThat(metrics.fprAt95Tpr()).isCloseTo(0.95, within(EXACT));
  }

  @Test
  void perfectScoresSeparatePerfectly() {
    OpenSetEvaluation evaluation = new OpenSetEvaluation();
    for (int i = 0; i < 1000; i++) {
      evaluation.addKnown(1000 + i, true);
      evaluation.addUnknown(i);
    }
    OpenSetMetrics metrics = evaluation.metrics().orElseThrow();
    assertThat(metrics.auroc()).isEqualTo(1);
    assertThat(metrics.fprAt95Tpr()).isZero();
    assertThat(metrics.oscr()).isCloseTo(1, within(1e-6));
    assertThat(metrics.hScore()).isEqualTo(1);
  }

  @Test
  void onlyTheOrderOfTheScoresMatters() {
    OpenSetMetrics plain = evaluate(random(), score -> score).metrics().orElseThrow();
    OpenSetMetrics stretched =
        evaluate(random(), score -> Math.exp(3 * score) - 5).metrics().orElseThrow();
    assertThat(stretched).as("%s", RandomTensors.seeded()).isEqualTo(plain);
  }

  @Test
  void equalsTheDefinitionsAlsoWithTies() {
    Random random = random();
    for (int round = 0; round < 50; round++) {
      int size = 2 + random.nextInt(80);
      double[] scores = new double[size];
      boolean[] known = new boolean[size];
      boolean[] right = new boolean[size];
      OpenSetEvaluation evaluation = new OpenSetEvaluation();
      for (int i = 0; i < size; i++) {
        scores[i] = random.nextInt(12);
        known[i] = i == 0 || (i > 1 && random.nextBoolean());
        right[i] = random.nextBoolean();
        if (known[i]) {
          evaluation.addKnown(scores[i], right[i]);
        } else {
          evaluation.addUnknown(scores[i]);
        }
      }
      OpenSetMetrics found = evaluation.metrics().orElseThrow();
      OpenSetMetrics expected = OpenSetByHand.of(scores, known, right);
      String what = "round " + round + "; " + RandomTensors.seeded();
      assertThat(found.auroc()).as(what).isCloseTo(expected.auroc(), within(EXACT));
      assertThat(found.fprAt95Tpr()).as(what).isCloseTo(expected.fprAt95Tpr(), within(1e-9));
      assertThat(found.oscr()).as(what).isCloseTo(expected.oscr(), within(EXACT));
      assertThat(found.hScore()).as(what).isCloseTo(expected.hScore(), within(EXACT));
    }
  }

  @Test
  void needsKnownAndUnknownSamples() {
    OpenSetEvaluation evaluation = new OpenSetEvaluation();
    assertThat(evaluation.metrics()).isEmpty();
    evaluation.addKnown(1, true);
    assertThat(evaluation.metrics()).isEmpty();
    evaluation.addUnknown(1);
    assertThat(evaluation.metrics()).isPresent();
  }

  @Test
  void theHScoreIsZeroWhereBothPartsAre() {
    OpenSetEvaluation evaluation = new OpenSetEvaluation();
    evaluation.addKnown(0, false);
    evaluation.addUnknown(1);
    assertThat(evaluation.metrics().orElseThrow().hScore()).isZero();
  }

  private static OpenSetEvaluation evaluate(Random random, DoubleUnaryOperator transform) {
    OpenSetEvaluation evaluation = new OpenSetEvaluation();
    for (int i = 0; i < 500; i++) {
      evaluation.addKnown(transform.applyAsDouble(random.nextGaussian() + 1), i % 3 > 0);
      evaluation.addUnknown(transform.applyAsDouble(random.nextGaussian()));
    }
    return evaluation;
  }

  private static Random random() {
    return RandomTensors.seeded().random();
  }
}
