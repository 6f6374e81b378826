package dev.evenkeel.jobs.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** From the text of a value to the value; each throws IllegalArgumentException with "expected". */
final class Parsers {
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})\\s*([A-Za-z]*)");
  private static final Map<String, Duration> TIME_UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Map<String, Long> SIZE_UNITS =
      Map.of("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);

  private Parsers() {}

  static Function<String, Integer> integer(int minimum, int maximum) {
    return text -> {
      try {
        int value = Integer.parseInt(text.strip());
        if (value >= minimum && value <= maximum) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Answered below, like a number out of range.
      }
      throw new IllegalArgumentException("expected an integer from " + minimum + " to " + maximum);
    };
  }

  static Long integer64(String text) {
    try {
      return Long.valueOf(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected an integer of at most 64 bits", e);
    }
  }

  /**
   * For instance {@code 200ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 7d}; a bare 0 is zero.
   */
  static Function<String, Duration> duration(Duration minimum, Duration maximum) {
    return text -> {
      Matcher matcher = AMOUNT.matcher(text.strip());
      if (matcher.matches()) {
        long amount = Long.parseLong(matcher.group(1));
        Duration unit =
            amount == 0 ? Duration.ZERO : TIME_UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
        if (unit != null) {
          Duration value = unit.multipliedBy(amount);
          if (value.compareTo(minimum) >= 0 && value.compareTo(maximum) <= 0) {
            return value;
          }
        }
      }
      throw new IllegalArgumentException(
          "expected a duration from "
              + format(minimum)
              + " to "
              + format(maximum)
              + ", such as 5s");
    };
  }

  /** For instance {@code 262144}, {@code 256KB}, {@code 16MB}; units are powers of 1024. */
  static Function<String, Integer> bytes(int maximum) {
    return text -> {
      Matcher matcher = AMOUNT.matcher(text.strip());
      if (matcher.matches()) {
        String unit = matcher.group(2).isEmpty() ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
        long factor = SIZE_UNITS.getOrDefault(unit, -1L);
        long amount = Long.parseLong(matcher.group(1));
        if (factor > 0 && amount <= maximum / factor) {
          return Math.toIntExact(amount * factor);
        }
      }
      throw new IllegalArgumentException(
          "expected a size from 0 to " + maximum + " bytes, such as 64KB");
    };
  }

  static <E extends Enum<E>> Function<String, E> choice(Class<E> type) {
    return text ->
        Arrays.stream(type.getEnumConstants())
            .filter(constant -> spelling(constant).equals(text.strip()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("expected " + choices(type)));
  }

  static <E extends Enum<E>> String choices(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Parsers::spelling)
        .collect(Collectors.joining(" or "));
  }

  static Function<String, String> matching(String pattern, String expected) {
    Pattern compiled = Pattern.compile(pattern);
    return text -> {
      if (!compiled.matcher(text).matches()) {
        throw new IllegalArgumentException("expected " + expected);
      }
      return text;
    };
  }

  static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 3_600_000 == 0 && millis > 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0 && millis > 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
