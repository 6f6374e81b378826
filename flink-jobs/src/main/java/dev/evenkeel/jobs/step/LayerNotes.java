package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.LayerDivergence;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Optional;

/**
 * Compares the statistics that a stream's normalisation has learned with the source's, now and
 * then: reading them copies them. What the first state differs by, such as drawn components, is
 * subtracted.
 */
final class LayerNotes {
  /** Steps from one look at a state to the next. */
  static final long EVERY = 16;

  private static final double[] NOTHING = {};

  private final LayerDivergence divergence;
  private final double[] baseline;

  private LayerNotes(LayerDivergence divergence, double[] baseline) {
    this.divergence = divergence;
    this.baseline = baseline;
  }

  /** Notes for a program whose state has statistics; empty if it has none to compare. */
  static Optional<LayerNotes> of(DriftReference reference, StateDict initial) {
    if (reference == null || initial.find("norm.means").isEmpty()) {
      return Optional.empty();
    }
    LayerDivergence divergence = new LayerDivergence(reference.profile().layers());
    int size = initial.get("norm.means").size();
    if (divergence.channels() == 0 || size % divergence.channels() != 0) {
      return Optional.empty();
    }
    return Optional.of(new LayerNotes(divergence, measured(divergence, initial)));
  }

  /**
   * Divergence of each layer, in nats; nothing where it is not measured after this batch.
   *
   * @param steps of the state before the batch
   */
  double[] after(AdaptationState state, long steps) {
    if (steps % EVERY != 0) {
      return NOTHING;
    }
    double[] found = measured(divergence, state.toStateDict());
    for (int l = 0; l < found.length; l++) {
      found[l] -= baseline[l];
    }
    return found;
  }

  private static double[] measured(LayerDivergence divergence, StateDict state) {
    Tensor means = state.get("norm.means");
    return divergence.of(means.toFloats(), state.get("norm.variances").toFloats());
  }
}
