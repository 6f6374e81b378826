package dev.evenkeel.store;

import java.util.regex.Pattern;

/**
 * Names of refs: segments joined by {@code /}, each of 1 to 100 letters, digits, {@code .}, {@code
 * _} and {@code -}, starting with a letter or digit. So no name leads out of a directory.
 */
public final class RefNames {
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private RefNames() {}

  /**
   * Returns {@code name} if it is a ref name.
   *
   * @throws IllegalArgumentException otherwise
   */
  public static String require(String name) {
    for (String segment : name.split("/", -1)) {
      requireSegment(segment, "ref name '" + name + "'");
    }
    return name;
  }

  static String requireSegment(String segment, String what) {
    if (!SEGMENT.matcher(segment).matches()) {
      throw new IllegalArgumentException(
          "%s is not allowed: expected 1 to 100 letters, digits, '.', '_', '-', first a letter or"
                  .formatted(what)
              + " digit");
    }
    return segment;
  }

  /** Returns {@code text} if it can be the text of a ref. */
  public static String requireText(String text) {
    if (text.isEmpty() || text.length() > 1000 || text.contains("\n")) {
      throw new IllegalArgumentException(
          "the text of a ref must be one line of 1 to 1000 characters, found " + text.length());
    }
    return text;
  }
}
