package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.drift.ClassGuard;
import dev.evenkeel.adapters.drift.SourceSignals;
import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Decision;
import dev.evenkeel.adapters.tta.ProtectedClasses;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.correction.LabelShiftOptions;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Sends a stream back to the source state when its answers lose a protected class ({@link
 * ClassGuard}). The source model answers every batch too.
 */
final class ProtectedClassReset implements StepAlgorithm {
  private static final String GUARD = "buffer.class-guard";

  private final StepAlgorithm algorithm;
  private final StateDict initial;
  private final Decision decision;
  private final int classes;
  private final ClassGuard guard;
  private final Optional<SourceSignals> signals;

  /**
   * @throws dev.evenkeel.adapters.tta.RecipeException if the model has no such class, or the
   *     profile cannot be read
   */
  ProtectedClassReset(StepAlgorithm algorithm, AdaptationProgram program) {
    this.algorithm = algorithm;
    initial = LearnedState.withoutStatistics(program.initialState());
    decision = program.decision();
    classes = program.source().classes();
    Optional<SourceProfile> profile =
        program.recipe().get(LabelShiftOptions.SOURCE_PROFILE).isEmpty()
            ? Optional.empty()
            : Optional.of(LabelShiftOptions.profile(program.recipe(), program.source()));
    guard = new ClassGuard(ProtectedClasses.of(program.recipe(), program.source()), profile);
    signals = profile.map(SourceSignals::new);
  }

  @Override
  public String companion() {
    return algorithm.companion();
  }

  @Override
  public Served served(StateDict state) {
    return algorithm.served(state);
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    Step step = algorithm.step(network, state, samples);
    if (!step.isSound()) {
      return step;
    }
    FloatBuffer source = network.source(samples);
    ClassGuard.Guarded seen =
        guard.next(
            state.entries().find(GUARD).map(Tensor::toDoubles).orElseGet(guard::start),
            labels(FloatBuffer.wrap(step.logits()), samples.size()),
            labels(source, samples.size()),
            signals.map(sums -> sums.sum(source, samples.size())).orElse(null),
            step.entries().find(TrackedPrior.PRIOR).map(Tensor::toDoubles));
    Map<String, Tensor> guarded =
        Map.of(GUARD, Tensor.ofDoubles(Shape.of(seen.state().length), seen.state()));
    return seen.lost().isPresent()
        ? step.reset(initial.with(guarded), ProtectedClasses.ALARM)
        : step.with(step.entries().with(guarded));
  }

  private int[] labels(FloatBuffer logits, int samples) {
    int[] labels = new int[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = decision.label(logits, i * classes, classes);
    }
    return labels;
  }
}
