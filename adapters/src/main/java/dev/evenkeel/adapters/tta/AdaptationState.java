package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Optional;

/** The live state of one stream, in native memory of the session that made it. */
public interface AdaptationState extends AutoCloseable {
  /** A copy in the canonical layout. */
  StateDict toStateDict();

  /** One entry beside the statistics, without copying the rest; empty if there is none. */
  Optional<Tensor> entry(String name);

  /** Steps taken since the initial state, whether parameters moved in them or not. */
  long steps();

  /**
   * Grows with every change of the state, also one that is no step, such as what a guard remembers
   * of a batch. Begins anew with each object: it is no part of the state.
   */
  long revision();

  /** Native memory held, in bytes. */
  long byteSize();

  /** Frees the native memory. */
  @Override
  void close();
}
