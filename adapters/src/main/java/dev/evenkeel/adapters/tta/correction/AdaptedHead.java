package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.labelshift.adapter.LabelShiftAdapter;
import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Answers with the head that a Label Shift Adapter makes for the stream's label distribution, while
 * that is trusted; else logits leave as they came. The distribution is followed on the model's own
 * answers; what learns beside it learns from those of the bent head.
 */
record AdaptedHead(LabelShiftTracking source, LabelShiftAdapter adapter) implements Correction {
  @Override
  public Map<String, Tensor> initialEntries() {
    return source.initialEntries();
  }

  @Override
  public Optional<Refresh> refresh() {
    return source.refreshed().map(RefreshedTracking::refresh);
  }

  @Override
  public Corrected correct(
      float[] logits, Optional<float[]> features, int samples, int classes, StateDict state) {
    Rows.check(logits, samples, classes);
    float[] emitted =
        head(state)
            .map(head -> head.apply(features.orElseThrow(), samples))
            .orElseGet(logits::clone);
    return new Corrected(emitted, follow(logits, state));
  }

  @Override
  public Optional<LinearHead> head(StateDict state) {
    double[] prior = TrackedPrior.of(state.entries()).prior();
    return Arrays.equals(prior, source.profile().prior())
        ? Optional.empty()
        : Optional.of(adapter.fuse(prior));
  }

  @Override
  public Optional<FrozenHead> frozen(StateDict state) {
    int classes = source.profile().classes();
    return Optional.of(
        head(state)
            .map(head -> new FrozenHead(Optional.of(head), 1, new double[classes]))
            .orElseGet(() -> FrozenHead.identity(classes)));
  }

  @Override
  public Map<String, Tensor> follow(float[] logits, StateDict state) {
    return source.at(state).after(state, logits);
  }
}
