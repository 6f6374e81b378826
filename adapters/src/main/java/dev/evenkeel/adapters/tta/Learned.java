package dev.evenkeel.adapters.tta;

/**
 * What a step learned from.
 *
 * @param offered samples that a selection looked at; 0 where nothing was to be learned
 * @param accepted samples that were learned from
 * @param updates steps of the optimiser
 */
public record Learned(int offered, int accepted, int updates) {
  /** Nothing was offered. */
  public static final Learned NOTHING = new Learned(0, 0, 0);

  public Learned {
    if (accepted < 0 || accepted > offered || updates < 0) {
      throw new IllegalArgumentException(
          "Learned from " + accepted + " of " + offered + " samples in " + updates + " updates");
    }
  }

  public Learned plus(Learned other) {
    return new Learned(offered + other.offered, accepted + other.accepted, updates + other.updates);
  }
}
