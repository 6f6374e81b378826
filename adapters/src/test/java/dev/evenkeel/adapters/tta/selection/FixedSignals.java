package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Signals of given logits; notes what was asked to be destroyed. */
record FixedSignals(
    Probabilities adapted,
    Probabilities original,
    Probabilities destroyedRows,
    Optional<float[]> classProbabilities,
    List<boolean[]> asked)
    implements Signals {

  static FixedSignals of(Probabilities adapted) {
    return new FixedSignals(adapted, adapted, adapted, Optional.empty(), new ArrayList<>());
  }

  FixedSignals withOriginal(Probabilities changed) {
    return new FixedSignals(adapted, changed, destroyedRows, classProbabilities, asked);
  }

  FixedSignals withDestroyed(Probabilities changed) {
    return new FixedSignals(adapted, original, changed, classProbabilities, asked);
  }

  FixedSignals withAverage(float... average) {
    return new FixedSignals(adapted, original, destroyedRows, Optional.of(average), asked);
  }

  @Override
  public Probabilities destroyed(boolean[] rows) {
    asked.add(rows.clone());
    return destroyedRows;
  }
}
