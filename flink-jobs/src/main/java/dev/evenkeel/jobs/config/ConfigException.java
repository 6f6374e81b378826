package dev.evenkeel.jobs.config;

import dev.evenkeel.jobs.redaction.Redaction;
import java.util.List;

/**
 * A configuration is wrong; carries every problem found, each a full sentence and fit for showing.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  public ConfigException(List<String> problems) {
    super(Redaction.text(String.join("\n", problems)));
    this.problems = problems.stream().map(Redaction::text).toList();
  }

  /** All problems, at least one. */
  public List<String> problems() {
    return problems;
  }
}
