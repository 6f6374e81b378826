package dev.evenkeel.jobs.cli;

/**
 * One thing the doctor looked at.
 *
 * @param name what was looked at
 * @param status verdict
 * @param found what was found
 * @param advice what to do about it; empty if nothing
 */
record Check(String name, Status status, String found, String advice) {
  /** Verdicts from good to bad. */
  enum Status {
    OK,
    /** Works, but not as well as it could, or not everything. */
    WARN,
    /** Something needed does not work. */
    FAIL
  }

  static Check ok(String name, String found) {
    return new Check(name, Status.OK, found, "");
  }

  static Check warn(String name, String found, String advice) {
    return new Check(name, Status.WARN, found, advice);
  }

  static Check fail(String name, String found, String advice) {
    return new Check(name, Status.FAIL, found, advice);
  }
}
