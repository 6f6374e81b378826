package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.guard.Response;
import dev.evenkeel.adapters.tta.GuardOptions;
import java.util.Optional;

/** Whether labels that come to a job are told to the guard of live accuracy. */
public final class LabelledGuards {
  private static final String PREFIX = "guards.live-accuracy.";
  private static final String ACTION = PREFIX + "action";

  private LabelledGuards() {}

  /** Whether the guard is to be told, and can be. */
  public static boolean areFed(JobConfig config) {
    return GuardOptions.wantLabels(config.recipe()) && obstacle(config).isEmpty();
  }

  /** A setting of the guard that has no effect in this job, with what to do; empty if all have. */
  public static Optional<String> problem(JobConfig config) {
    if (!GuardOptions.wantLabels(config.recipe())) {
      return Optional.empty();
    }
    return config.recipe().settings().keySet().stream()
        .filter(key -> key.startsWith(PREFIX))
        .findFirst()
        .flatMap(
            key ->
                obstacle(config)
                    .map(
                        why ->
                            "set.%s has no effect, %s; or say set.%s: '%s'"
                                .formatted(key, why, ACTION, Response.OFF.label())));
  }

  private static Optional<String> obstacle(JobConfig config) {
    if (config.drift().labelDelay().isZero()) {
      return Optional.of("since labels.delay is 0: no labels are read; set it");
    }
    if (config.batch().mode() == BatchConfig.Mode.DETERMINISTIC) {
      return Optional.of(
          "since batch.mode is deterministic: which labels are there before a batch depends on the"
              + " clock; use batch.mode latency");
    }
    if (config.state().scope() == StateConfig.Scope.GROUP) {
      return Optional.of(
          "since state.scope is group: a label does not name the group of its stream; use another"
              + " state.scope");
    }
    return Optional.empty();
  }
}
