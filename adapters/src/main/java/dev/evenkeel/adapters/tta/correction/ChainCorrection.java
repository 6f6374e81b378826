package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.ChainState;
import dev.evenkeel.adapters.labelshift.LabelChain;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Map;
import java.util.Optional;

/** Answers with the labels that a {@link LabelChain} makes of the network's answers. */
record ChainCorrection(LabelChain chain, int classes) implements Correction {
  private static final double LEAST = 1e-30;

  @Override
  public Map<String, Tensor> initialEntries() {
    return ChainState.start(classes).toEntries();
  }

  @Override
  public Trust trust() {
    return Trust.SEQUENCE;
  }

  @Override
  public Corrected correct(
      float[] logits, Optional<float[]> features, int samples, int width, StateDict state) {
    Rows.check(logits, samples, width);
    ChainState before = ChainState.of(state.entries());
    LabelChain.Smoothed smoothed = chain.smooth(Rows.softmax(logits, width), before);
    float[] corrected = logits.clone();
    if (chain.isUsed(before)) {
      for (int i = 0; i < corrected.length; i++) {
        corrected[i] = (float) Math.log(Math.max(LEAST, smoothed.labels()[i]));
      }
    }
    return new Corrected(corrected, smoothed.next().toEntries());
  }
}
