package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Map;
import java.util.Optional;

/**
 * Changes the answers to a batch before they leave; no parameter learns from it. A function: what
 * it keeps from batch to batch is in the stream's state.
 */
public interface Correction {
  /** The entries of a state that this correction keeps, as every stream starts. */
  default Map<String, Tensor> initialEntries() {
    return Map.of();
  }

  /** What says how right corrected answers are. */
  enum Trust {
    /** Their own probabilities. */
    ANSWERS,
    /**
     * Those of the network before: a correction that makes the samples of a batch agree is sure of
     * anything.
     */
    NETWORK,
    /**
     * Their own and those of the network before, each by half: they follow from a model of the
     * whole sequence, which takes the network's errors as independent. Whether the network differs
     * from the source model shows before the correction all the same.
     */
    SEQUENCE
  }

  /** What says how right the answers of this correction are. */
  default Trust trust() {
    return Trust.ANSWERS;
  }

  /** What the adapted network is to answer from time to time, if anything. */
  default Optional<Refresh> refresh() {
    return Optional.empty();
  }

  /**
   * The head that takes the place of the model's last layer for the next batch, so that what learns
   * does so from its answers; empty while the model's own answers.
   *
   * @param state of the stream before the batch
   */
  default Optional<LinearHead> head(StateDict state) {
    return Optional.empty();
  }

  /**
   * What the correction does to answers while the state stays as it is; empty if that depends on
   * the other samples of a batch, or is no linear layer.
   */
  default Optional<FrozenHead> frozen(StateDict state) {
    return Optional.empty();
  }

  /**
   * What the correction remembers of a batch that its own {@link #head} has answered already.
   *
   * @param logits of the model's last layer, {@code [samples, classes]}
   * @param state of the stream before the batch
   */
  default Map<String, Tensor> follow(float[] logits, StateDict state) {
    return Map.of();
  }

  /**
   * The logits to be emitted, and what the correction remembers of the batch. A correction that
   * computes probabilities gives their logarithms, floored at ln 1e-30.
   *
   * @param logits {@code [samples, classes]}, left as they are
   * @param features {@code [samples, width]}, what the last linear layer reads; empty if the model
   *     does not tell
   * @param state of the stream before the batch
   * @throws IllegalArgumentException if sizes do not fit, or features are needed and missing
   */
  Corrected correct(
      float[] logits, Optional<float[]> features, int samples, int classes, StateDict state);
}
