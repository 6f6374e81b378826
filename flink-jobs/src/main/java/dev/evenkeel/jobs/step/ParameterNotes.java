package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.drift.ParameterMovement;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.learning.LearnedState;
import java.util.Arrays;
import java.util.Optional;

/** Notes how a stream's learned parameters move. */
final class ParameterNotes {
  private static final String SCALE = LearnedState.PARAMETERS + ".scale";
  private static final String BIAS = LearnedState.PARAMETERS + ".bias";

  private final ParameterMovement movement;

  private ParameterNotes(ParameterMovement movement) {
    this.movement = movement;
  }

  /** Notes for a program that learns parameters; empty for another. */
  static Optional<ParameterNotes> of(StateDict initial) {
    return joined(initial.find(SCALE), initial.find(BIAS))
        .map(source -> new ParameterNotes(new ParameterMovement(source)));
  }

  /** The parameters now, scales before biases. */
  float[] parameters(AdaptationState state) {
    return joined(state.entry(SCALE), state.entry(BIAS)).orElseThrow();
  }

  /**
   * Distance to the source parameters after a batch, relative to their norm, and norm of the step
   * that the batch made; the latter NaN where the batch made none.
   *
   * @param stepped whether the optimiser moved the parameters
   */
  double[] after(AdaptationState state, float[] before, boolean stepped) {
    float[] after = parameters(state);
    return new double[] {
      movement.distance(after), stepped ? ParameterMovement.norm(before, after) : Double.NaN
    };
  }

  private static Optional<float[]> joined(Optional<Tensor> scale, Optional<Tensor> bias) {
    if (scale.isEmpty() || bias.isEmpty()) {
      return Optional.empty();
    }
    float[] scales = scale.get().toFloats();
    float[] biases = bias.get().toFloats();
    float[] joined = Arrays.copyOf(scales, scales.length + biases.length);
    System.arraycopy(biases, 0, joined, scales.length, biases.length);
    return Optional.of(joined);
  }
}
