package dev.evenkeel.adapters.tta.learning;

/**
 * What the network says before a correction, where the probabilities of emitted answers alone do
 * not tell how much they are worth against the source model's.
 *
 * @param logits {@code [samples, classes]} of the network
 * @param inAnswers whether they alone say how sure the emitted answers are; false where the emitted
 *     probabilities do so by half
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Belief(float[] logits, boolean inAnswers) {}
