package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout;

/**
 * What a normalisation method makes of a model.
 *
 * @param model rewritten
 * @param layout of its state
 * @param initialState canonical entries every stream starts from
 */
public record NormalizationPlan(Model model, StateLayout layout, StateDict initialState) {}
