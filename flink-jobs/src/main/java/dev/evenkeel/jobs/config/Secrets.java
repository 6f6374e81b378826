package dev.evenkeel.jobs.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${NAME}} by an environment variable and {@code ${file:/path}} by the text of a
 * file, without its last line break.
 */
public final class Secrets {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(file:)?([^}]*)}");

  /** A letter of no language, so that a tokenizer takes it for part of a word. */
  private static final String MARK = "\uE000";

  /** What is wrong with a secret that is no reference, after its name. */
  static final String IN_CLEAR_TEXT =
      "holds a secret in clear text; write ${NAME} for an environment variable or ${file:/path} for"
          + " a file";

  private final UnaryOperator<String> environment;

  /**
   * @param environment value of a variable, null where it is not set
   */
  public Secrets(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  public static Secrets ofThisProcess() {
    return new Secrets(System::getenv);
  }

  /** Whether the text is made of references and nothing else. */
  static boolean isReference(String text) {
    return isMark(marked(text).strip());
  }

  /** The text with a mark in place of each reference. */
  static String marked(String text) {
    return REFERENCE.matcher(text).replaceAll(MARK);
  }

  /** Whether a part of a marked text is made of marks and nothing else. */
  static boolean isMark(String part) {
    return part.matches(MARK + "+");
  }

  /**
   * The value of {@code USER:PASSWORD} of which at least the password is a reference.
   *
   * @throws IllegalArgumentException if it is not, or as {@link #resolve} does
   */
  public String resolveLogin(String text) {
    String marked = marked(text).strip();
    if (!isMark(marked.substring(marked.indexOf(':') + 1))) {
      throw new IllegalArgumentException(IN_CLEAR_TEXT);
    }
    return resolve(text);
  }

  /**
   * @throws IllegalArgumentException naming a variable that is not set or a file that cannot be
   *     read; never with the value of a secret
   */
  public String resolve(String text) {
    Matcher matcher = REFERENCE.matcher(text);
    return matcher.replaceAll(
        match -> {
          boolean file = match.group(1) != null;
          return Matcher.quoteReplacement(
              file ? content(match.group(2)) : variable(match.group(2)));
        });
  }

  private String variable(String name) {
    String value = environment.apply(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "refers to the environment variable " + name + ", which is not set; set it");
    }
    return value;
  }

  private static String content(String path) {
    try {
      return Files.readString(Path.of(path)).replaceFirst("\\R\\z", "");
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "refers to the file " + path + ", which cannot be read (" + e + "); create it", e);
    }
  }
}
