package dev.evenkeel.jobs.config;

import java.io.IOException;
import java.io.StreamTokenizer;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A {@code sasl.jaas.config}, {@code MODULE FLAG NAME="VALUE" ...;}, read as Kafka's clients read
 * it; but what is wrong with it is told without a word of it, since any may be a secret.
 *
 * @param modules classes that log in
 * @param options of all modules as they come, one that is given twice too
 */
record JaasText(List<String> modules, List<Option> options) {
  private static final Set<String> FLAGS =
      Set.of("required", "requisite", "sufficient", "optional");

  JaasText {
    modules = List.copyOf(modules);
    options = List.copyOf(options);
  }

  /** One option of a module. */
  record Option(String name, String value) {
    @Override
    public String toString() {
      return name + " (value hidden)";
    }
  }

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException with what is expected if Kafka's clients could not read it
   */
  static JaasText parse(String text) {
    StreamTokenizer tokens = new StreamTokenizer(new StringReader(text));
    tokens.slashSlashComments(true);
    tokens.slashStarComments(true);
    tokens.wordChars('-', '-');
    tokens.wordChars('_', '_');
    tokens.wordChars('$', '$');
    List<String> modules = new ArrayList<>();
    List<Option> options = new ArrayList<>();
    try {
      while (tokens.nextToken() != StreamTokenizer.TT_EOF) {
        modules.add(word(tokens));
        readModule(tokens, options);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (modules.isEmpty()) {
      throw unreadable();
    }
    return new JaasText(modules, options);
  }

  /** What follows the class of a module, to the semicolon. */
  private static void readModule(StreamTokenizer tokens, List<Option> options) throws IOException {
    tokens.nextToken();
    if (!FLAGS.contains(word(tokens).toLowerCase(Locale.ROOT))) {
      throw unreadable();
    }
    while (tokens.nextToken() != ';') {
      String name = word(tokens);
      if (tokens.nextToken() != '=') {
        throw unreadable();
      }
      tokens.nextToken();
      options.add(new Option(name, word(tokens)));
    }
  }

  /** The word or quoted text here; numbers must be quoted. */
  private static String word(StreamTokenizer tokens) {
    if (tokens.ttype == StreamTokenizer.TT_EOF || tokens.sval == null) {
      throw unreadable();
    }
    return tokens.sval;
  }

  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException(
        "expected 'LOGIN_MODULE required NAME=\"VALUE\" ...;' with values in double quotes and a"
            + " semicolon at the end");
  }
}
