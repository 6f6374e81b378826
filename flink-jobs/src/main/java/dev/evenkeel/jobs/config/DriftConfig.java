package dev.evenkeel.jobs.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How answers are watched.
 *
 * @param window answers of a stream in a report; 0 for no reports
 * @param sourceProfile what windows are compared with
 * @param detector name of the change detector
 * @param segmentBy attribute of samples whose values divide a stream
 * @param labelDelay after an answer within which its label counts; zero for no labels
 */
public record DriftConfig(
    int window,
    Optional<Path> sourceProfile,
    String detector,
    Optional<String> segmentBy,
    Duration labelDelay) {}
