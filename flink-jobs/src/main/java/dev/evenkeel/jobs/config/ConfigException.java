package dev.evenkeel.jobs.config;

import java.util.List;

/** A configuration is wrong; carries every problem found, each a full sentence. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** All problems, at least one. */
  public List<String> problems() {
    return problems;
  }
}
