package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.labelshift.adapter.LabelShiftAdapter;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Answers with the head that a Label Shift Adapter makes for the stream's label distribution, while
 * that is trusted; else logits leave as they came. The distribution is followed on the model's own
 * answers. What is learned elsewhere in the recipe learns from these, not from the bent head's.
 */
record AdaptedHead(LabelShiftTracking tracking, LabelShiftAdapter adapter) implements Correction {
  @Override
  public Map<String, Tensor> initialEntries() {
    return tracking.initialEntries();
  }

  @Override
  public Corrected correct(
      float[] logits, Optional<float[]> features, int samples, int classes, StateDict state) {
    Rows.check(logits, samples, classes);
    TrackedPrior tracked = TrackedPrior.of(state.entries());
    boolean trusted = !Arrays.equals(tracked.prior(), tracking.profile().prior());
    float[] emitted =
        trusted
            ? adapter.fuse(tracked.prior()).apply(features.orElseThrow(), samples)
            : logits.clone();
    return new Corrected(emitted, tracking.after(state, logits));
  }
}
