package dev.evenkeel.adapters.tta.correction;

import java.util.List;

/** Every method of the correction slot, sorted by name. */
public final class CorrectionMethods {
  public static final List<CorrectionMethod> ALL =
      List.of(
          new BatchPriorCorrection(),
          new ChainCorrectionMethod(),
          new LabelShiftAdapterMethod(),
          new LameCorrection(),
          new PriorCorrectionMethod());

  private CorrectionMethods() {}

  /**
   * The method of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static CorrectionMethod named(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No correction method '" + name + "'"));
  }
}
