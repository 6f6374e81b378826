package dev.evenkeel.adapters.labelshift.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.labelshift.Gaussians;
import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeadEstimatorTest {
  private static final double[] TARGET = {0.02, 0.03, 0.05, 0.9};

  private final long seed = Long.getLong("evenkeel.seed", 41);
  private final SourceEvidence evidence = Source.of(new Gaussians(seed), 4000, 1000);
  private final HoldOut holdOut = evidence.holdOut().orElseThrow();
  private final LinearHead head = evidence.head().orElseThrow();
  private final HeadLoss loss = new HeadLoss(holdOut, head, evidence.soft().prior());

  @Test
  void theGradientIsThatOfTheLoss() {
    double[] weight = loss.weight();
    double[] gradient = new double[weight.length];
    loss.lossAndGradient(weight, TARGET, gradient);
    for (int i = 0; i < weight.length; i++) {
      double[] up = weight.clone();
      double[] down = weight.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      assertThat((loss(up) - loss(down)) / 2e-5)
          .as("seed %d, weight %d", seed, i)
          .isCloseTo(gradient[i], within(1e-6));
    }
  }

  @Test
  void aStepKeepsTheNorm() {
    double[] gradient = new double[loss.parameters()];
    loss.lossAndGradient(loss.weight(), TARGET, gradient);
    double[] moved = loss.step(loss.weight(), gradient, 0.5);
    assertThat(Math.sqrt(Arrays.stream(moved).map(w -> w * w).sum()))
        .isCloseTo(loss.norm(), within(1e-9));
    assertThat(moved).isNotEqualTo(loss.weight());
  }

  @Test
  void startsAsTheSourceHead() {
    Atlas atlas = (Atlas) Estimators.online("atlas", evidence);
    Uogd uogd = (Uogd) Estimators.online("uogd", evidence);
    double[] source = loss.logits(loss.weight(), holdOut.features());
    assertThat(uogd.logits(uogd.start(), holdOut.features())).containsExactly(source);
    assertThat(atlas.logits(atlas.start(), holdOut.features()))
        .containsExactly(source, within(1e-9));
  }

  @Test
  void atlasTakesSevenLearnersForAThousandStepsAndTrustsTheBest() {
    Atlas atlas = (Atlas) Estimators.online("atlas", evidence);
    double[] state = Source.after(atlas, Collections.nCopies(200, TARGET));
    double[] shares = atlas.shares(state);
    assertThat(shares).hasSize(7);
    int trusted = 0;
    int best = 0;
    for (int i = 0; i < shares.length; i++) {
      trusted = shares[i] > shares[trusted] ? i : trusted;
      best = state[5 + i] < state[5 + best] ? i : best;
    }
    assertThat(trusted).as("seed %d", seed).isEqualTo(best);
    assertThat(meanLoss(atlas.logits(state, holdOut.features())))
        .as("seed %d", seed)
        .isLessThan(loss(loss.weight()));
  }

  @Test
  void uogdLowersTheLossUnderTheStreamsLabels() {
    Uogd uogd = (Uogd) Estimators.online("uogd", evidence);
    double[] state = Source.after(uogd, Collections.nCopies(200, TARGET));
    assertThat(meanLoss(uogd.logits(state, holdOut.features())))
        .as("seed %d", seed)
        .isLessThan(loss(loss.weight()));
  }

  @Test
  void asksForWhatItNeeds() {
    SourceEvidence bare =
        new SourceEvidence(evidence.hard(), evidence.soft(), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> Estimators.online("rogd", bare))
        .hasMessageContaining("rogd has no hold-out");
    SourceEvidence headless =
        new SourceEvidence(evidence.hard(), evidence.soft(), evidence.holdOut(), Optional.empty());
    assertThatThrownBy(() -> Estimators.online("atlas", headless))
        .hasMessageContaining("atlas has no linear head");
  }

  private double loss(double[] weight) {
    return loss.lossAndGradient(weight, TARGET, new double[weight.length]);
  }

  /** Cross-entropy of logits where labels follow the target. */
  private double meanLoss(double[] logits) {
    double sum = 0;
    double all = 0;
    for (int i = 0; i < holdOut.labels().length; i++) {
      int label = holdOut.labels()[i];
      double weight = TARGET[label] / evidence.soft().prior()[label];
      double total = 0;
      for (int y = 0; y < 4; y++) {
        total += Math.exp(logits[4 * i + y] - logits[4 * i + label]);
      }
      sum += weight * Math.log(total);
      all += weight;
    }
    return sum / all;
  }
}
