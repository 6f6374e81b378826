package dev.evenkeel.adapters.tta.memory;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tta.CounterRandom;
import java.util.Arrays;

/**
 * Random changes of an image that keep what it shows: colours, position, sharpness, mirror image,
 * noise, in this order. Images are floats in [0, 1] {@code [channels, height, width]}; so are the
 * results. The same numbers drawn give the same image; each image takes as many as any other.
 */
public final class StrongAugmentation {
  private static final int BLUR_RADIUS = 2;
  private static final double SMALLEST_BLUR = 1e-3;

  private final int channels;
  private final int height;
  private final int width;
  private final Strengths strengths;

  /**
   * @param shape {@code [channels, height, width]}
   */
  public StrongAugmentation(Shape shape, Strengths strengths) {
    if (shape.rank() != 3 || shape.size() == 0) {
      throw new IllegalArgumentException(
          "Images of shape " + shape + ", expected [channels, height, width]");
    }
    this.channels = Math.toIntExact(shape.dimension(0));
    this.height = Math.toIntExact(shape.dimension(1));
    this.width = Math.toIntExact(shape.dimension(2));
    this.strengths = strengths;
  }

  /** The augmentation of the papers, for images of a shape {@code [channels, height, width]}. */
  public static StrongAugmentation of(Shape shape) {
    return new StrongAugmentation(shape, Strengths.STRONG);
  }

  /**
   * Augments each image on its own.
   *
   * @param images {@code [count, channels, height, width]}, left as they are
   * @return fresh, of the same size
   */
  public float[] applyAll(float[] images, int count, CounterRandom random) {
    int elements = channels * height * width;
    if (images.length != count * elements) {
      throw new IllegalArgumentException(
          images.length
              + " values for "
              + count
              + " images ["
              + channels
              + ", "
              + height
              + ", "
              + width
              + "]");
    }
    float[] augmented = new float[images.length];
    for (int i = 0; i < count; i++) {
      float[] image = Arrays.copyOfRange(images, i * elements, (i + 1) * elements);
      System.arraycopy(apply(image, random), 0, augmented, i * elements, elements);
    }
    return augmented;
  }

  /**
   * Augments one image.
   *
   * @param image {@code [channels, height, width]}, left as it is
   * @return fresh, of the same size
   */
  public float[] apply(float[] image, CounterRandom random) {
    double[] pixels = new double[image.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = clip(image[i]);
    }
    new ColorJitter(strengths, channels).apply(pixels, random);
    double[] moved = moved(pixels, random);
    double sigma = Math.max(SMALLEST_BLUR, strengths.blur() * random.nextDouble());
    double[] blurred = blurred(blurred(moved, sigma, true), sigma, false);
    float[] augmented = new float[image.length];
    for (int i = 0; i < augmented.length; i++) {
      augmented[i] = (float) clip(blurred[i] + strengths.noise() * random.nextGaussian());
    }
    return augmented;
  }

  /** Rotated, scaled, shifted and mirrored; what comes from outside repeats the edge. */
  private double[] moved(double[] pixels, CounterRandom random) {
    double angle = Math.toRadians(strengths.rotation() * symmetric(random));
    double size = 1 + strengths.scale() * symmetric(random);
    double right = strengths.translation() * width * symmetric(random);
    double down = strengths.translation() * height * symmetric(random);
    boolean mirrored = random.nextDouble() < strengths.flip();
    double cos = StrictMath.cos(angle) / size;
    double sin = StrictMath.sin(angle) / size;
    double middleX = (width - 1) / 2.0;
    double middleY = (height - 1) / 2.0;
    double[] moved = new double[pixels.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double fromX = (mirrored ? width - 1 - x : x) - middleX - right;
        double fromY = y - middleY - down;
        double sourceX = middleX + cos * fromX + sin * fromY;
        double sourceY = middleY - sin * fromX + cos * fromY;
        for (int c = 0; c < channels; c++) {
          moved[(c * height + y) * width + x] = between(pixels, c, sourceY, sourceX);
        }
      }
    }
    return moved;
  }

  /** Bilinear interpolation. */
  private double between(double[] pixels, int channel, double y, double x) {
    double top = Math.floor(y);
    double left = Math.floor(x);
    double upper =
        mix(pixel(pixels, channel, top, left), pixel(pixels, channel, top, left + 1), x - left);
    double lower =
        mix(
            pixel(pixels, channel, top + 1, left),
            pixel(pixels, channel, top + 1, left + 1),
            x - left);
    return mix(upper, lower, y - top);
  }

  private double pixel(double[] pixels, int channel, double y, double x) {
    int row = (int) Math.max(0, Math.min(height - 1, y));
    int column = (int) Math.max(0, Math.min(width - 1, x));
    return pixels[(channel * height + row) * width + column];
  }

  private double[] blurred(double[] pixels, double sigma, boolean along) {
    double[] kernel = new double[2 * BLUR_RADIUS + 1];
    for (int i = 0; i < kernel.length; i++) {
      double distance = (i - BLUR_RADIUS) / sigma;
      kernel[i] = StrictMath.exp(-distance * distance / 2);
    }
    double sum = Arrays.stream(kernel).sum();
    double[] blurred = new double[pixels.length];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double total = 0;
          for (int i = 0; i < kernel.length; i++) {
            int offset = i - BLUR_RADIUS;
            total += kernel[i] * pixel(pixels, c, along ? y : y + offset, along ? x + offset : x);
          }
          blurred[(c * height + y) * width + x] = total / sum;
        }
      }
    }
    return blurred;
  }

  static double clip(double value) {
    return Math.max(0, Math.min(1, value));
  }

  static double mix(double from, double to, double share) {
    return (1 - share) * from + share * to;
  }

  /** Uniform in [-1, 1). */
  static double symmetric(CounterRandom random) {
    return 2 * random.nextDouble() - 1;
  }
}
