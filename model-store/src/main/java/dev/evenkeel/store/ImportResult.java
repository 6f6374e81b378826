package dev.evenkeel.store;

/**
 * A model that is in the store now.
 *
 * @param manifest its version
 * @param alreadyKnown whether that version had the same bytes before, so that nothing was made
 */
public record ImportResult(Manifest manifest, boolean alreadyKnown) {}
