package dev.evenkeel.adapters.tta.memory;

/**
 * How far a {@link StrongAugmentation} may go; 0 leaves that property as it is.
 *
 * @param brightness largest relative change
 * @param contrast largest relative change
 * @param gamma largest change of the exponent, below 1
 * @param saturation largest relative change; three channels only
 * @param hue largest turn, as a share of the circle; three channels only
 * @param rotation largest angle in degrees
 * @param translation largest shift as a share of height and width
 * @param scale largest relative change of size, below 1
 * @param blur largest standard deviation of the Gaussian blur, in pixels
 * @param flip probability of mirroring left and right
 * @param noise standard deviation of the noise added to each value
 */
public record Strengths(
    double brightness,
    double contrast,
    double gamma,
    double saturation,
    double hue,
    double rotation,
    double translation,
    double scale,
    double blur,
    double flip,
    double noise) {
  /** In kind and size what CoTTA and RoTTA use. */
  public static final Strengths STRONG =
      new Strengths(0.4, 0.3, 0.3, 0.5, 0.06, 15, 1 / 16.0, 0.1, 0.5, 0.5, 0.005);

  public static final Strengths NONE = new Strengths(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  public Strengths {
    double[] all = {
      brightness, contrast, gamma, saturation, hue, rotation, translation, scale, blur, flip, noise
    };
    for (double strength : all) {
      if (!(strength >= 0 && strength < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "Strength " + strength + " of an augmentation, expected a finite number of at least 0");
      }
    }
    if (gamma >= 1 || scale >= 1 || flip > 1) {
      throw new IllegalArgumentException(
          "Gamma "
              + gamma
              + ", scale "
              + scale
              + " and flip "
              + flip
              + " of an augmentation, expected below 1, below 1 and at most 1");
    }
  }
}
