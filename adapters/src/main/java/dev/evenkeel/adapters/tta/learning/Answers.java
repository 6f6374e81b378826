package dev.evenkeel.adapters.tta.learning;

import java.util.Optional;

/**
 * What a pass answered.
 *
 * @param logits {@code [samples, classes]}
 * @param features {@code [samples, width]} before the last linear layer, where a correction reads
 *     them
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Answers(float[] logits, Optional<float[]> features) {}
