package dev.evenkeel.jobs.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which commands are obeyed.
 *
 * @param keyFile secret that they must be signed with; empty to obey all
 */
public record ControlConfig(Optional<Path> keyFile) {}
