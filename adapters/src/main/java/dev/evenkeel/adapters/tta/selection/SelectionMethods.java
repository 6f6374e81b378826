package dev.evenkeel.adapters.tta.selection;

import java.util.List;

/** Every method of the selection slot, sorted by name. */
public final class SelectionMethods {
  public static final List<SelectionMethod> ALL =
      List.of(
          new ConfidenceDifferenceFilter(),
          new DeyoFilter(),
          new DiversityCertaintyFilter(),
          new EntropyFilter(),
          new PlpdFilter(),
          new ProtectedClassFilter(),
          new RedundancyFilter());

  private SelectionMethods() {}

  /**
   * The method of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static SelectionMethod named(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No selection '" + name + "'"));
  }
}
