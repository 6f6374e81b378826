package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.objective.Probabilities;
import dev.evenkeel.adapters.tta.selection.Selected;
import dev.evenkeel.adapters.tta.selection.Selection;
import dev.evenkeel.adapters.tta.selection.SelectionMethod;
import dev.evenkeel.adapters.tta.selection.Signals;
import java.util.Optional;

/** A selection as a recipe uses it. */
record ActiveSelection(SelectionMethod method, Selection selection) {
  /** What it leaves of the samples uphill of the parameters; their weights stay. */
  Selected selectUphill(Probabilities there, Selected before) {
    if (!method.appliesUphill()) {
      return before;
    }
    boolean[] kept = before.kept();
    boolean[] again = selection.select(new Uphill(there), Selected.all(there.rows())).kept();
    for (int i = 0; i < kept.length; i++) {
      kept[i] &= again[i];
    }
    return new Selected(kept, before.weights());
  }

  /** Only predictions are to be had uphill. */
  private record Uphill(Probabilities adapted) implements Signals {
    @Override
    public Probabilities original() {
      throw new IllegalStateException("Uphill there is no original model to compare with");
    }

    @Override
    public Probabilities destroyed(boolean[] rows) {
      throw new IllegalStateException("Uphill no sample is destroyed");
    }

    @Override
    public Optional<float[]> classProbabilities() {
      return Optional.empty();
    }
  }
}
