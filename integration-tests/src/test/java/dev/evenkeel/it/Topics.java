package dev.evenkeel.it;

/** The topics of one job under test. */
record Topics(String samples, String predictions, String deadLetters, String drift, String labels) {

  static Topics named(String prefix) {
    return new Topics(
        prefix + ".samples",
        prefix + ".predictions",
        prefix + ".dead-letters",
        prefix + ".drift",
        prefix + ".labels");
  }
}
