package dev.evenkeel.adapters.tta;

import java.util.Optional;
import java.util.Set;

/**
 * What one stream does in a call.
 *
 * @param state that takes the step
 * @param shadow whether the source model answers its samples too
 * @param heldBack why no parameter is to be learned now, lower-case with hyphens, so that it can be
 *     counted; empty to learn as the recipe says. Statistics move all the same
 * @param mode what may become of the state
 * @param signals to be told
 */
public record Turn(
    AdaptationState state,
    boolean shadow,
    Optional<String> heldBack,
    Mode mode,
    Set<Signal> signals) {
  /** Who answers, and whether the state takes its step. */
  public enum Mode {
    /** The adapted model answers, and the state takes its step. */
    ADAPT,

    /**
     * The adapted model answers as it would if the state took a step without learning, but nothing
     * of the step is kept: no parameter, statistic, prior, memory or counter. The outcome is {@code
     * Skipped("frozen")}.
     */
    FROZEN,

    /**
     * The source model answers, the adapted one does not run, and the state stays as it is. The
     * outcome is {@code Skipped("fall-back")}.
     */
    SOURCE
  }

  public Turn {
    signals = Set.copyOf(signals);
  }

  /** A turn that learns. */
  public static Turn of(AdaptationState state, boolean shadow) {
    return new Turn(state, shadow, Optional.empty(), Mode.ADAPT, Set.of());
  }
}
