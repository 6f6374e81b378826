package dev.evenkeel.adapters.guard;

/** What guards watch, in the order in which they are judged. */
public enum Watch {
  /**
   * Estimated accuracy of the adapted model less that of the source model, by what each believes of
   * its own answers. Alarm below minus the threshold, over at 0 and above.
   */
  ACCURACY("accuracy", 0, "estimated accuracy of the adapted less that of the source model"),

  /**
   * The same where the adapted answers have lost the order of the stream: what the source model
   * answers depends on the block of samples, what the adapted one answers does not. Alarm below the
   * threshold.
   */
  ORDER("order", 1, "the same, of adapted answers that do not follow the order of the stream,"),

  /**
   * The most that the adapted network can be better by if the source model is as right as it is
   * sure: where they differ only one can be right, so 1 - 2 p of the source model's own answer.
   * Judged where the source model is sure, as it is of what it was trained on. Alarm below minus
   * the threshold, over at half of it.
   */
  DISAGREEMENT("disagreement", 7, "the most that differing from a sure source model can win"),

  /** Effective classes of the adapted answers over those of the source model's. Alarm below. */
  DIVERSITY("diversity", 2, "effective classes of the adapted answers over the source model's"),

  /** Mean entropy of the adapted answers over that of the source model's. Alarm below. */
  ENTROPY("entropy", 3, "entropy of the adapted answers over the source model's"),

  /** Share of samples on which both models answer the same. Alarm below. */
  AGREEMENT("agreement", 4, "agreement with the source model"),

  /** Distance of the learned parameters from the source model's, relative to those. Alarm above. */
  DISTANCE("distance", 5, "distance of the parameters from the source"),

  /**
   * Accuracy of the adapted model less that of the source model on labelled samples. Alarm below
   * minus the threshold.
   */
  LIVE_ACCURACY("live-accuracy", 6, "accuracy on labels, adapted less source,");

  private final String label;
  private final int bit;
  private final String what;

  Watch(String label, int bit, String what) {
    this.label = label;
    this.bit = bit;
    this.what = what;
  }

  /** In words, for reasons. */
  String what() {
    return what;
  }

  /** Its place among the alarms that a stream remembers. */
  int bit() {
    return bit;
  }

  /** Lower-case with hyphens, as settings, records and metrics name it. */
  public String label() {
    return label;
  }
}
