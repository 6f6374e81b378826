package dev.evenkeel.jobs.redaction;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts {@code ***} in place of what could be a secret: users of addresses with their passwords,
 * queries of addresses, which may be signed, and values given to names like {@code password}. In
 * doubt it hides too much.
 */
public final class Redaction {
  private static final String HIDDEN = "***";
  private static final String SCHEME = "[A-Za-z][A-Za-z0-9+.-]*://";

  /** A comma followed by anything else may be part of a password. */
  private static final Pattern BETWEEN_ADDRESSES = Pattern.compile("(?<=,)(?=\\s*" + SCHEME + ")");

  /** A file has no user: an at sign is part of its path. */
  private static final Pattern USER_OF_VALUE =
      Pattern.compile("(?si)\\A(?!\\s*file:///)(\\s*" + SCHEME + ")?.*@");

  private static final Pattern QUERY_OF_VALUE = Pattern.compile("(?si)(https?:[^?]*\\?).+");

  private static final Pattern USER_IN_TEXT =
      Pattern.compile("(?i)(?<![a-z0-9+.-])(?!file:///)(" + SCHEME + ")[^\\s'\"]*@");
  private static final Pattern QUERY_IN_TEXT =
      Pattern.compile("(?i)(https?:[^\\s'\"?]*\\?)[^\\s'\"]+");
  private static final Pattern NAMED_IN_TEXT =
      Pattern.compile(
          "(?i)(?<![a-z0-9._-])([a-z0-9._-]*"
              + SecretNames.WORDS
              + "[a-z0-9._-]*=)(?!\"?\\$\\{)[^'\\v]+");
  private static final Pattern PASSWORD = Pattern.compile("\\A\\s*" + SCHEME + "[^/?#@]*:[^/?#]*@");

  private Redaction() {}

  /** One value as somebody gave it, be it an address, a list of them, or what was to be one. */
  public static String value(String value) {
    return BETWEEN_ADDRESSES
        .splitAsStream(value)
        .map(
            address -> {
              String shown = hidden(USER_OF_VALUE.matcher(address), HIDDEN + "@");
              return hidden(QUERY_OF_VALUE.matcher(shown), HIDDEN);
            })
        .collect(Collectors.joining());
  }

  /** A text for people, such as a message, with addresses and settings somewhere in it. */
  public static String text(String text) {
    String shown = hidden(USER_IN_TEXT.matcher(text), HIDDEN + "@");
    shown = hidden(QUERY_IN_TEXT.matcher(shown), HIDDEN);
    return hidden(NAMED_IN_TEXT.matcher(shown), HIDDEN);
  }

  /** Whether an address has a user and a password in it. */
  public static boolean hasPassword(String address) {
    return PASSWORD.matcher(address).find();
  }

  /** All that is found but the first group. */
  private static String hidden(Matcher found, String instead) {
    return found.replaceAll(
        match ->
            Matcher.quoteReplacement((match.group(1) == null ? "" : match.group(1)) + instead));
  }
}
