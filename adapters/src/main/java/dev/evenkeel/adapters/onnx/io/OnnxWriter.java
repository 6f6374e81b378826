package dev.evenkeel.adapters.onnx.io;

import dev.evenkeel.adapters.onnx.graph.Model;

/** Writes models; the same model gives the same bytes. */
public final class OnnxWriter {
  private OnnxWriter() {}

  public static byte[] toBytes(Model model) {
    throw new UnsupportedOperationException("not yet: " + model);
  }
}
