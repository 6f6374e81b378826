package dev.evenkeel.store;

/** Who shares the adaptation state that a snapshot holds. */
public enum SnapshotScope {
  /** One stream has it for itself. */
  STREAM("stream", "s"),
  /** The streams of a group. */
  GROUP("group", "g"),
  /** All streams. */
  ALL("all", "a");

  private final String word;
  private final String mark;

  SnapshotScope(String word, String mark) {
    this.word = word;
    this.mark = mark;
  }

  /** How people write it. */
  public String word() {
    return word;
  }

  /** Begins the names of its refs. */
  String mark() {
    return mark;
  }
}
