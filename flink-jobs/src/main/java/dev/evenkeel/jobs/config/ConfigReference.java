package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The configuration reference as a page, derived from the tables of keys. */
public final class ConfigReference {
  private static final String INTRODUCTION =
      """
      # Configuration reference

      Made from the tables of keys in the code; do not edit by hand. A job file is YAML. Dots stand
      for nesting, so `batch.max-size` is written `batch: {max-size: 16}`. The smallest one:

      ```yaml
      model: model.onnx
      recipe: unmix-tns
      kafka: {bootstrap-servers: "localhost:9092"}
      ```

      Durations have a unit: `ms`, `s`, `m`, `h` or `d`. Sizes may have one, a power of 1024: `KB`, `MB`.
      `./evenkeel validate --config JOB.yaml` reports all problems of a file at once.

      ## Keys of the job

      """;

  private static final String KAFKA_PROPERTIES =
      """

      ## `kafka.properties`

      Client properties for all consumers and producers, for instance `security.protocol`. Secrets
      are given by reference, `${NAME}` for an environment variable or `${file:/path}` for a file,
      never in clear text; no property value is ever printed. A secret is what Kafka hides in its
      logs, what has a name like one, and such options of `sasl.jaas.config`
      ([formats](formats.md#kafka-over-tls-with-passwords)). Properties that the job must control
      (offsets, transactions, serializers) and those that load foreign code are refused.

      ## `set`: keys of the recipe

      Grouped by what they concern. A recipe reads those of the methods in its slots, and refuses the
      others; presets have defaults of their own, which their [pages](methods/README.md) show.
      """;

  private ConfigReference() {}

  /** Markdown of the whole page. */
  public static String markdown() {
    return INTRODUCTION + table(ConfigKeys.ALL) + KAFKA_PROPERTIES + recipeTables();
  }

  private static String recipeTables() {
    SortedMap<String, List<Option<?>>> groups =
        Recipe.options().stream()
            .collect(
                Collectors.groupingBy(
                    option -> group(option.key()), TreeMap::new, Collectors.toList()));
    return groups.entrySet().stream()
        .map(group -> "\n### " + group.getKey() + "\n\n" + table(group.getValue()))
        .collect(Collectors.joining());
  }

  private static String group(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? "What is learned, and when" : "`" + key.substring(0, dot) + "`";
  }

  private static String table(List<Option<?>> options) {
    StringBuilder table =
        new StringBuilder("| key | type | default | unit or range | meaning |\n")
            .append("|---|---|---|---|---|\n");
    for (Option<?> option : options) {
      table.append(
          "| `%s` | %s | %s | %s | %s |\n"
              .formatted(
                  option.key(),
                  cell(option.type()),
                  option.fallback().isEmpty() ? "" : "`" + cell(option.fallback()) + "`",
                  cell(option.unit()),
                  cell(option.description())));
    }
    return table.toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
