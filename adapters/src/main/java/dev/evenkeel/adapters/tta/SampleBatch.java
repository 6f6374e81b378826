package dev.evenkeel.adapters.tta;

import java.nio.ByteBuffer;

/** Samples on their way into a step, in one direct buffer {@code [size, sample shape...]}. */
public interface SampleBatch {
  /** Number of samples. */
  int size();

  /** Removes all samples, keeping the memory. */
  void clear();

  /**
   * Adds a sample given as bytes; divided by 255 unless the model takes uint8.
   *
   * @param pixels exactly one sample's elements, row-major; its position is left unchanged
   */
  void addUint8(ByteBuffer pixels);

  /**
   * Adds a sample given as little-endian float32.
   *
   * @param values exactly one sample's elements, row-major; its position is left unchanged
   */
  void addFloat32(ByteBuffer values);

  /** A copy of all samples {@code [size, sample shape...]} as the model receives them. */
  float[] values();
}
