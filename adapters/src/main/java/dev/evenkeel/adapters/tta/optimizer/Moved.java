package dev.evenkeel.adapters.tta.optimizer;

/**
 * What a step gives.
 *
 * @param parameters a fresh array {@code [parameters]}
 * @param state to be handed to the next step
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Moved(float[] parameters, OptimizerState state) {}
