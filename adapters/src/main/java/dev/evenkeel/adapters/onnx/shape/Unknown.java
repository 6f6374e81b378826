package dev.evenkeel.adapters.onnx.shape;

/**
 * A rule needs something that is not known, so its result is not known either. Thrown rather than
 * returned, so that rules read like the formulas they are.
 */
final class Unknown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unknown() {
    super("unknown", null, false, false);
  }
}
