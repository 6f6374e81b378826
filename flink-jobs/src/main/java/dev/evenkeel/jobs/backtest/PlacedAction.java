package dev.evenkeel.jobs.backtest;

import dev.evenkeel.adapters.guard.GuardAction;

/**
 * What a guard did, and where.
 *
 * @param position in the recording of the first sample of the batch
 */
public record PlacedAction(int position, GuardAction action) {}
