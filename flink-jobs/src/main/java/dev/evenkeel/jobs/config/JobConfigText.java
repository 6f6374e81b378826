package dev.evenkeel.jobs.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a job file's text says, with all that is wrong with it.
 *
 * @param config defaults stand where a value is wrong; null where there is no default
 * @param problems each a full sentence; empty if the configuration can be used
 */
public record JobConfigText(JobConfig config, List<String> problems) {
  public JobConfigText {
    problems = List.copyOf(problems);
  }

  /**
   * Reads a job file as {@link JobConfig#read} does, but goes on where it is wrong.
   *
   * @throws ConfigException if the file is no YAML of keys and values
   * @throws IOException if the file cannot be read
   */
  public static JobConfigText read(Path file) throws IOException {
    return parse(
        Files.readString(file), file.toAbsolutePath().getParent(), Secrets.ofThisProcess());
  }

  static JobConfigText parse(String yaml, Path directory, Secrets secrets) {
    return new JobConfigReader(yaml, directory, secrets).read();
  }

  /**
   * The configuration.
   *
   * @throws ConfigException with all problems, if there are any
   */
  JobConfig orThrow() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return config;
  }
}
