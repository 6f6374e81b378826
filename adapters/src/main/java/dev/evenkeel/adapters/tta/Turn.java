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
 * @param signals to be told
 */
public record Turn(
    AdaptationState state, boolean shadow, Optional<String> heldBack, Set<Signal> signals) {
  public Turn {
    signals = Set.copyOf(signals);
  }

  /** A turn that learns. */
  public static Turn of(AdaptationState state, boolean shadow) {
    return new Turn(state, shadow, Optional.empty(), Set.of());
  }
}
