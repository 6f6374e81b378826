package dev.evenkeel.adapters.tta.learning;

/**
 * What the network says before a correction, where the probabilities of emitted answers alone do
 * not tell how much they are worth against the source model's.
 *
 * @param logits {@code [samples, classes]} of the network
 * @param inAnswers whether they also say how sure the emitted answers are; false where the emitted
 *     probabilities do, and these only whether the network differs from the source model
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Belief(float[] logits, boolean inAnswers) {}
