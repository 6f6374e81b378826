package dev.evenkeel.adapters.onnx.rewrite;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of nodes as a user writes them: {@code *} stands for any characters, everything else for
 * itself.
 *
 * @param text as written, not empty
 */
public record NamePattern(String text) {
  public NamePattern {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "A name pattern is empty, expected a name in which * stands for any characters");
    }
  }

  public boolean matches(String name) {
    String regex =
        Pattern.compile("*", Pattern.LITERAL)
            .splitAsStream(text + "*")
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.matches(text.endsWith("*") ? regex + ".*" : regex, name);
  }
}
