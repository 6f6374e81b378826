package dev.evenkeel.adapters.tta.normalization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BalancedNormalizationTest extends NormalizationContract {
  @Override
  String method() {
    return "balanced";
  }

  @Override
  Optional<Map<String, String>> neutralSettings() {
    return Optional.of(
        Map.of("normalization.source-weight", "1e6", "normalization.class-samples", "1"));
  }

  @Override
  float neutralTolerance() {
    return 1e-3f;
  }

  @Test
  void aBatchIsAnsweredAsItsChunksOneAfterAnother() {
    RandomTensors random = RandomTensors.seeded();
    TinyNet net = TinyNet.random(random, 2, 3, 5, 5);
    long[] sample = net.sampleShape().dimensions();
    Tensor samples = random.normal(10, sample[0], sample[1], sample[2]);
    Map<String, String> chunks = Map.of("normalization.chunk", "4");
    try (Steps steps = Steps.of(net.source(), "balanced", chunks, 1);
        AdaptationState whole = steps.initialState();
        AdaptationState parts = steps.initialState()) {
      float[] answers = steps.step(whole, samples).logits();
      for (int[] rows : new int[][] {{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}}) {
        float[] expected = steps.step(parts, Batches.rows(samples, rows)).logits();
        for (int i = 0; i < expected.length; i++) {
          assertThat(answers[rows[0] * net.classes() + i])
              .as("%s", random)
              .isCloseTo(expected[i], within(1e-5f));
        }
      }
      assertThat(whole.toStateDict().without("counter."))
          .isEqualTo(parts.toStateDict().without("counter."));
    }
  }

  @Test
  void refusesToLearnBeside() {
    TinyNet net = TinyNet.random(RandomTensors.seeded(), 2, 3, 5, 5);
    assertThatThrownBy(
            () ->
                AdaptationProgram.compile(net.source(), Recipe.parse("balanced+tent", Map.of()), 1))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("'balanced+tent' learns parameters")
        .hasMessageContaining("use 'rbn' or 'unmix-tns'");
  }
}
