package dev.evenkeel.adapters.onnx.autodiff;

/** A rule does not cover the attributes or shapes of a node; the message says which. */
final class UnsupportedCase extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedCase(String reason) {
    super(reason);
  }
}
