package dev.evenkeel.adapters.runtime.ort;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;

/** Whether native float memory holds only finite values. */
final class FiniteCheck {
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int INFINITY = 0x7f800000;

  private int[] bits = new int[0];

  boolean all(List<ByteBuffer> memory) {
    for (ByteBuffer buffer : memory) {
      if (!all(buffer.asIntBuffer())) {
        return false;
      }
    }
    return true;
  }

  boolean all(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private boolean all(IntBuffer values) {
    int length = values.remaining();
    if (bits.length < length) {
      bits = new int[length];
    }
    values.get(bits, 0, length);
    // A maximum over an int array is vectorised by the JIT, a loop with an exit is not.
    int largest = 0;
    for (int i = 0; i < length; i++) {
      largest = Math.max(largest, bits[i] & MAGNITUDE);
    }
    return largest < INFINITY;
  }
}
