package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationStatistics;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a normalisation method makes of a model.
 *
 * @param statistics what replaces the layers; a new one for each graph
 * @param learning what replaces them in passes over a memory, where that differs; such a method's
 *     predictions write no statistics
 * @param layout of its state
 * @param initialState canonical entries every stream starts from
 */
public record NormalizationPlan(
    Supplier<NormalizationStatistics> statistics,
    Optional<Supplier<NormalizationStatistics>> learning,
    StateLayout layout,
    StateDict initialState) {
  /** A method without state of its own. */
  public static NormalizationPlan stateless(Supplier<NormalizationStatistics> statistics) {
    return new NormalizationPlan(statistics, Optional.empty(), StateLayout.EMPTY, StateDict.EMPTY);
  }
}
