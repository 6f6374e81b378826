package dev.evenkeel.adapters.tta;

/**
 * What a call did for one stream.
 *
 * @param outcome for its state
 * @param learned what its parameters learned from
 * @param sourceAnswered whether the source model answered its samples
 */
public record StreamStep(Outcome outcome, Learned learned, boolean sourceAnswered) {}
