package dev.evenkeel.adapters.tta;

/** What a step did to the adaptation state. */
public sealed interface Outcome {
  /** The state took one step. */
  record Adapted() implements Outcome {}

  /**
   * No parameter was changed though one could have been. The state was left as it was, save that
   * {@code nothing-selected} and {@code not-due} keep the statistics of the batch. {@code frozen}
   * and {@code fall-back} are wanted by the turn's {@link Turn.Mode}.
   *
   * @param reason category that can be counted, lower-case with hyphens
   */
  record Skipped(String reason) implements Outcome {}

  /**
   * The state went back to its initial value.
   *
   * @param reason category that can be counted, lower-case with hyphens
   */
  record Reset(String reason) implements Outcome {}

  /** The recipe has nothing to adapt: the source model answered. */
  record Source() implements Outcome {}
}
