package dev.evenkeel.jobs.redaction;

import java.util.regex.Pattern;

/** Tells by its name whether an option holds a secret. */
public final class SecretNames {
  /** Any case; {@code pass} is in password, passphrase and passcode. */
  static final String WORDS = "(?:pass|pwd|secret|token|credential|api[._-]?key)";

  /** {@code user_NAME="PASSWORD"} is how Kafka's PLAIN login lists users. */
  private static final Pattern SECRET =
      Pattern.compile(WORDS + "|\\Auser_", Pattern.CASE_INSENSITIVE);

  private SecretNames() {}

  /** Whether the name says so; one that only sounds like a secret counts too. */
  public static boolean contain(String name) {
    return SECRET.matcher(name).find();
  }
}
