package dev.evenkeel.jobs.config;

import dev.evenkeel.jobs.store.StoreLocation;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which commands are obeyed.
 *
 * @param enabled whether any is
 * @param keyFile secret that they must be signed with; empty to obey all
 * @param store that they name models and snapshots of; empty if there is none
 */
public record ControlConfig(
    boolean enabled, Optional<Path> keyFile, Optional<StoreLocation> store) {}
