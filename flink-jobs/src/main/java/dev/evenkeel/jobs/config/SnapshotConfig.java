package dev.evenkeel.jobs.config;

import dev.evenkeel.jobs.store.StoreLocation;
import java.time.Duration;
import java.util.Optional;

/**
 * When adapted states are published, and how long they are kept.
 *
 * @param store where to; empty for nowhere
 * @param interval least time between two snapshots of a stream
 * @param onChange least movement since the last one, relative to the source
 * @param maxPerCheckpoint snapshots that an operator instance takes at a checkpoint
 * @param keep newest snapshots of a stream that are kept
 * @param keepFor age below which all are kept
 */
public record SnapshotConfig(
    Optional<StoreLocation> store,
    Duration interval,
    double onChange,
    int maxPerCheckpoint,
    int keep,
    Duration keepFor) {}
