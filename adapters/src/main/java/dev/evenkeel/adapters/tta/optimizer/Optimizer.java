package dev.evenkeel.adapters.tta.optimizer;

/** How a gradient moves the parameters. Immutable: what it remembers goes in and comes out. */
public interface Optimizer {
  /**
   * One step down the gradient. The arguments are not changed.
   *
   * @param parameters {@code [parameters]}
   * @param gradient {@code [parameters]}
   * @param learningRate at least 0
   * @param state {@link OptimizerState#INITIAL} before the first step, then what the last one gave
   * @throws IllegalArgumentException if the lengths differ, or the state is another optimiser's
   */
  Moved step(float[] parameters, float[] gradient, double learningRate, OptimizerState state);
}
