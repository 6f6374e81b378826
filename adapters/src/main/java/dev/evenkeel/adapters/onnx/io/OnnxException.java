package dev.evenkeel.adapters.onnx.io;

/** A file is not an ONNX model that can be accepted; the message says what was found and why. */
public final class OnnxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OnnxException(String message) {
    super(message);
  }

  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
