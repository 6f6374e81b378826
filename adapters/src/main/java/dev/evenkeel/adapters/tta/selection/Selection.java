package dev.evenkeel.adapters.tta.selection;

/**
 * Decides which rows of a batch the model learns from. Selections apply in order: each keeps some
 * of what those before it kept and multiplies the weights. Rows with non-finite numbers are not
 * kept.
 */
@FunctionalInterface
public interface Selection {
  /**
   * @param signals of the batch
   * @param before what earlier selections kept
   * @return a subset of {@code before}
   */
  Selected select(Signals signals, Selected before);

  /** This selection, then another one. */
  default Selection then(Selection next) {
    return (signals, before) -> next.select(signals, select(signals, before));
  }
}
