package dev.evenkeel.jobs.step;

/** Chooses the key whose state Flink reads and writes next. */
interface CurrentKey {
  void set(String key);
}
