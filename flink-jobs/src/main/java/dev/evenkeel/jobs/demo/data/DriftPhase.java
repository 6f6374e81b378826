package dev.evenkeel.jobs.demo.data;

import java.util.Optional;

/**
 * A stretch of the stream with one kind of corruption.
 *
 * @param name unique in the stream
 * @param corruption what is done to the images; empty for clean ones
 * @param samples length, at least 1
 */
public record DriftPhase(String name, Optional<Corruption> corruption, int samples) {
  public DriftPhase {
    if (samples < 1) {
      throw new IllegalArgumentException(
          "Phase " + name + " has " + samples + " samples, expected at least 1");
    }
  }

  /** Uncorrupted images. */
  public static DriftPhase clean(String name, int samples) {
    return new DriftPhase(name, Optional.empty(), samples);
  }

  /** Corrupted images; the corruption names the phase. */
  public static DriftPhase of(Corruption corruption, int samples) {
    return new DriftPhase(corruption.title(), Optional.of(corruption), samples);
  }
}
