package dev.evenkeel.jobs.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** A YAML mapping as one level of dotted keys; a list of scalars becomes comma-separated text. */
final class FlatYaml {
  private FlatYaml() {}

  /**
   * @throws ConfigException if the text is no YAML mapping, or a key appears twice
   */
  static Map<String, String> read(String yaml) {
    JsonNode root;
    try {
      root =
          YAMLMapper.builder()
              .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
              .build()
              .readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          List.of(
              "The job file is no valid YAML near line "
                  + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
                  + ": "
                  + e.getOriginalMessage().lines().findFirst().orElse("unreadable")
                  + "; correct it"));
    }
    Map<String, String> flat = new TreeMap<>();
    if (root != null && !root.isMissingNode() && !root.isNull()) {
      if (!root.isObject()) {
        throw new ConfigException(
            List.of(
                "The job file holds "
                    + (root.isArray() ? "a list" : "a single value")
                    + ", expected keys with values such as 'model: model.onnx'"));
      }
      flatten("", root, flat);
    }
    return flat;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> flat) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              entry ->
                  flatten(
                      path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                      entry.getValue(),
                      flat));
    } else if (node.isArray()) {
      StringJoiner text = new StringJoiner(",");
      node.forEach(item -> text.add(item.isContainerNode() ? item.toString() : item.asText()));
      flat.put(path, text.toString());
    } else if (!node.isNull()) {
      flat.put(path, node.asText());
    }
  }
}
