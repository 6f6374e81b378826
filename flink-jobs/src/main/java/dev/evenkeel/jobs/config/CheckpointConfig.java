package dev.evenkeel.jobs.config;

import java.time.Duration;

/**
 * Where and how often the job writes its state.
 *
 * @param directory URI of a directory that all processes of the job can reach
 * @param interval time between the starts of two checkpoints
 */
public record CheckpointConfig(String directory, Duration interval) {}
