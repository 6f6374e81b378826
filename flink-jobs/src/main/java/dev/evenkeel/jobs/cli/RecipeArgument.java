package dev.evenkeel.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.evenkeel.jobs.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A recipe as an argument gives it.
 *
 * @param expression preset names joined by {@code +}
 * @param settings recipe keys with their values
 */
record RecipeArgument(String expression, Map<String, String> settings) {
  RecipeArgument {
    settings = Map.copyOf(settings);
  }

  /**
   * Reads the argument: a name, or a YAML file with {@code recipe: NAME} and optionally {@code
   * set:} with keys and values, like the same lines of a job file.
   *
   * @param overrides settings that win over those of the file
   * @throws ConfigException if the file says something else
   */
  static RecipeArgument read(String argument, Map<String, String> overrides) throws IOException {
    if (!argument.endsWith(".yaml") && !argument.endsWith(".yml")) {
      return new RecipeArgument(argument, overrides);
    }
    Path file = Path.of(argument);
    JsonNode root = new YAMLMapper().readTree(Files.readString(file));
    List<String> problems = new ArrayList<>();
    if (!root.path("recipe").isTextual()) {
      problems.add(file + " has no line 'recipe: NAME'; add one");
    }
    root.fieldNames()
        .forEachRemaining(
            key -> {
              if (!key.equals("recipe") && !key.equals("set")) {
                problems.add(
                    file + " has the key '" + key + "', expected recipe or set; remove it");
              }
            });
    Map<String, String> settings = new TreeMap<>();
    flatten("", root.path("set"), settings);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    settings.putAll(overrides);
    return new RecipeArgument(root.path("recipe").asText(), settings);
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> settings) {
    node.properties()
        .forEach(
            entry -> {
              String key = prefix + entry.getKey();
              if (entry.getValue().isObject()) {
                flatten(key + ".", entry.getValue(), settings);
              } else {
                settings.put(key, entry.getValue().asText());
              }
            });
  }
}
