package dev.evenkeel.adapters.tta;

/** The places of a recipe that methods fill. */
public enum Slot {
  NORMALIZATION
}
