package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Map;

/**
 * What a correction made of a batch.
 *
 * @param logits {@code [samples, classes]} to be emitted, a fresh array
 * @param entries of the state that changed
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Corrected(float[] logits, Map<String, Tensor> entries) {}
