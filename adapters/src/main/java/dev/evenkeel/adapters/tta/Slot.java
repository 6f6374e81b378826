package dev.evenkeel.adapters.tta;

import java.util.Locale;

/** The places of a recipe that methods fill. */
public enum Slot {
  /** Where normalisation takes its statistics from. */
  NORMALIZATION,
  /** Which samples are learned from, and with what weight; the only slot that holds several. */
  SELECTION,
  /** What is minimised, from which samples, and how. */
  OBJECTIVE,
  /** What becomes of the answers before they leave. */
  CORRECTION;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
