package dev.evenkeel.it.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Our Dockerfile, read as far as it uses the format: comments, continued lines, stages.
 *
 * @param arguments defaults of the build arguments before the first stage
 * @param stages instructions by name of the stage, in file order
 */
record Dockerfile(Map<String, String> arguments, Map<String, List<Instruction>> stages) {
  static final String FILE = "deploy/docker/Dockerfile";

  /** A keyword in upper case and all that follows it. */
  record Instruction(String keyword, String rest) {}

  static Dockerfile read() {
    Map<String, String> arguments = new LinkedHashMap<>();
    Map<String, List<Instruction>> stages = new LinkedHashMap<>();
    List<Instruction> stage = null;
    for (Instruction instruction : instructions(Checkout.text(FILE))) {
      if (instruction.keyword().equals("FROM")) {
        stage = new ArrayList<>();
        String[] words = instruction.rest().split("\\s+", -1);
        stages.put(words[words.length - 1], stage);
      }
      if (stage != null) {
        stage.add(instruction);
      } else {
        String[] argument = instruction.rest().split("=", 2);
        arguments.put(argument[0], argument[1]);
      }
    }
    return new Dockerfile(arguments, stages);
  }

  private static List<Instruction> instructions(String text) {
    String joined =
        String.join("\n", text.lines().filter(line -> !line.strip().startsWith("#")).toList())
            .replaceAll("\\\\\\n\\s*", "");
    return joined
        .lines()
        .filter(line -> !line.isBlank())
        .map(
            line -> {
              String[] words = line.strip().split("\\s+", 2);
              return new Instruction(words[0].toUpperCase(Locale.ROOT), words[1]);
            })
        .toList();
  }

  /** The image or stage that a stage begins with, its argument replaced. */
  String base(String stage) {
    String from = stages.get(stage).get(0).rest().split("\\s+", 2)[0];
    return from.startsWith("${") ? arguments.get(from.substring(2, from.length() - 1)) : from;
  }

  Optional<Instruction> last(String stage, String keyword) {
    return stages.getOrDefault(stage, List.of()).stream()
        .filter(instruction -> instruction.keyword().equals(keyword))
        .reduce((first, second) -> second);
  }

  boolean isHealthChecked(String stage) {
    return last(stage, "HEALTHCHECK").filter(check -> !check.rest().equals("NONE")).isPresent();
  }
}
