package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.jobs.redaction.Redaction;
import dev.evenkeel.jobs.store.StoreLocation;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** The forms that keys of a job file have. */
final class KeyForms {
  /** The longest that most times can be. */
  static final Duration DAY = Duration.ofHours(24);

  private KeyForms() {}

  /** A model store, or none. */
  static Optional<StoreLocation> store(String text) {
    try {
      return text.equals("none") ? Optional.empty() : Optional.of(new StoreLocation(text.strip()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected a directory or a URI such as s3://bucket/store, with no password in it", e);
    }
  }

  /** A directory or an address; Flink shows it, so it may have no password in it. */
  static String place(String text) {
    if (text.isBlank() || Redaction.hasPassword(text)) {
      throw new IllegalArgumentException(
          "expected a directory or a URI such as s3://bucket/checkpoints, with no password in it;"
              + " file systems have theirs from Flink's configuration or the environment");
    }
    return text;
  }

  /** A key with a form of its own. */
  static <T> Option<T> key(
      String key,
      String type,
      String fallback,
      String unit,
      String description,
      Function<String, T> parser) {
    return new Option<>(key, type, fallback, unit, description, parser);
  }

  /** A time between two others. */
  static Option<Duration> duration(
      String key, String fallback, Duration minimum, Duration maximum, String description) {
    String range = Parsers.format(minimum) + " to " + Parsers.format(maximum);
    return key(key, "duration", fallback, range, description, Parsers.duration(minimum, maximum));
  }

  /** One of few words. */
  static <E extends Enum<E>> Option<E> choice(
      String key, Class<E> type, String fallback, String description) {
    return key(key, Parsers.choices(type), fallback, "", description, Parsers.choice(type));
  }

  /** Any text but none. */
  static Function<String, String> present() {
    return Parsers.matching("(?s).*\\S.*", "a value");
  }
}
