package dev.evenkeel.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes job files. What tests rely on by default: micro-batches of {@link #BATCH_SIZE} without a
 * time limit, so that batches depend on the order of samples alone.
 */
final class JobFile {
  static final int BATCH_SIZE = 16;

  private final Path directory;
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * @param directory where the job file and the checkpoints lie
   */
  JobFile(Path directory, Path model, Topics topics) {
    this.directory = directory;
    set("model", model.toAbsolutePath().toString());
    set("recipe", "unmix-tns");
    set("name", topics.samples());
    set("batch", "{max-size: %d, max-delay: 0}".formatted(BATCH_SIZE));
    set("checkpoints", "{directory: checkpoints, interval: 500ms}");
    set("metrics", "{port: -1}");
    set("web", "{port: 0}");
    set("kafka", kafka(topics, "avro"));
  }

  /** Sets a top-level key; the value is YAML. */
  JobFile set(String key, String yaml) {
    values.put(key, yaml);
    return this;
  }

  /** Sets a key below {@code kafka}. */
  JobFile setInKafka(String key, String yaml) {
    return set("kafka", "{" + key + ": " + yaml + ", " + get("kafka").substring(1));
  }

  /** The YAML of a top-level key. */
  String get(String key) {
    return values.get(key);
  }

  static String kafka(Topics topics, String format) {
    return """
        {bootstrap-servers: "%s", topics: {samples: %s, predictions: %s, \
        dead-letters: %s, drift: %s, labels: %s, control: %s, audit: %s}, \
        formats: {samples: %s, predictions: %s}}"""
        .formatted(
            topics.bootstrapServers(),
            topics.samples(),
            topics.predictions(),
            topics.deadLetters(),
            topics.drift(),
            topics.labels(),
            topics.control(),
            topics.audit(),
            format,
            format);
  }

  /** Where the job keeps its checkpoints and savepoints. */
  Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  Path write() throws IOException {
    StringBuilder yaml = new StringBuilder();
    values.forEach((key, value) -> yaml.append(key).append(": ").append(value).append('\n'));
    return Files.writeString(directory.resolve("job.yaml"), yaml);
  }
}
