package dev.evenkeel.jobs.demo.data;

import java.util.Locale;
import java.util.Random;

/**
 * The kinds of drift the demo can make, sorted by name. Each takes a grey image with values x in
 * [0, 1]; the result is clipped to [0, 1] and rounded to 8 bits. Strengths are chosen so that a
 * classifier trained on clean images errs five to eight times as often: few pixels of the bundled
 * images are grey, so a slightly raised background already misleads it.
 *
 * <p>The kinds are those of Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to
 * Common Corruptions and Perturbations" (ICLR 2019), written anew for small images.
 */
public enum Corruption {
  /** A flatter picture: x' = mean + 0.8 (x - mean), the mean taken over the image. */
  CONTRAST((image, random) -> Tone.contrast(image, 0.8)),

  /** Out of focus: the mean over a disk of radius 3 pixels. */
  DEFOCUS_BLUR((image, random) -> Blur.defocus(image, 3.0)),

  /** A thin, cloudy veil f in [0, 1]: x' = (x + 0.12 f) / 1.12, see {@link Tone#fog}. */
  FOG((image, random) -> Tone.fog(image, 0.12, random)),

  /** Electronic noise: x' = x + n, n normal with standard deviation 0.12. */
  GAUSSIAN_NOISE((image, random) -> Noise.gaussian(image, 0.12, random)),

  /** Dead and hot pixels: 12 % of the pixels become 0 or 1, half of them each. */
  IMPULSE_NOISE((image, random) -> Noise.impulse(image, 0.12, random)),

  /** A moving camera: the mean over a line of 8 pixels, its angle uniform per image. */
  MOTION_BLUR((image, random) -> Blur.motion(image, 8, random)),

  /** Too few pixels: the mean over blocks of 4 x 4. */
  PIXELATE((image, random) -> Blur.pixelate(image, 4)),

  /** Too little light: x' = Poisson(4 x) / 4. */
  SHOT_NOISE((image, random) -> Noise.shot(image, 4, random));

  private interface Operation {
    GrayImage apply(GrayImage image, Random random);
  }

  @SuppressWarnings("ImmutableEnumChecker") // All operations are stateless.
  private final Operation operation;

  Corruption(Operation operation) {
    this.operation = operation;
  }

  /** Name for people: lower-case with hyphens. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Corrupts an image.
   *
   * @param pixels 8-bit grey values {@code [height, width]}; left unchanged
   * @param random everything random is drawn from it, so the same seed gives the same image
   * @return {@code [height, width]}
   * @throws IllegalArgumentException if the number of pixels is not height times width
   */
  public byte[] apply(int height, int width, byte[] pixels, Random random) {
    return operation.apply(GrayImage.ofBytes(height, width, pixels), random).toBytes();
  }
}
