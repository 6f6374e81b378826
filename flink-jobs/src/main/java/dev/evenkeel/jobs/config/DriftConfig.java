package dev.evenkeel.jobs.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How answers are watched.
 *
 * @param window answers of a stream in a report; 0 for no reports
 * @param sourceProfile what windows are compared with
 */
public record DriftConfig(int window, Optional<Path> sourceProfile) {}
