package dev.evenkeel.adapters.tta.objective;

import java.util.List;

/** Every method of the objective slot, sorted by name. */
public final class ObjectiveMethods {
  public static final List<ObjectiveMethod> ALL =
      List.of(
          new EntropyMethod(),
          new MeanTeacherMethod(),
          new MemoryEntropyMethod(),
          new SoftLikelihoodRatioMethod());

  private ObjectiveMethods() {}

  /**
   * The method of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ObjectiveMethod named(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No objective '" + name + "'"));
  }
}
