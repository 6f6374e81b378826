package dev.evenkeel.adapters.tta.normalization;

import java.util.List;

/** Every method of the normalisation slot, sorted by name. */
public final class NormalizationMethods {
  public static final List<NormalizationMethod> ALL =
      List.of(
          new AlphaNormalization(),
          new BalancedNormalization(),
          new BatchNormalization(),
          new EmaNormalization(),
          new InstanceAwareNormalization(),
          new RobustNormalization(),
          new SourceNormalization(),
          new UnMixTnsNormalization());

  private NormalizationMethods() {}

  /**
   * The method of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static NormalizationMethod named(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No normalisation method '" + name + "'"));
  }
}
