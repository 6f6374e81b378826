package dev.evenkeel.adapters.tta.reset;

/** Convex combinations of adapted and source parameters. */
final class Mixture {
  private Mixture() {}

  static void checkShare(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + " is " + share + ", expected a number from 0 to 1");
    }
  }

  static float[] of(float[] adapted, float[] source, double sourceShare) {
    if (adapted.length != source.length) {
      throw new IllegalArgumentException(
          adapted.length + " adapted parameters but " + source.length + " of the source");
    }
    float[] mixed = new float[adapted.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (float) ((1 - sourceShare) * adapted[i] + sourceShare * source[i]);
    }
    return mixed;
  }
}
