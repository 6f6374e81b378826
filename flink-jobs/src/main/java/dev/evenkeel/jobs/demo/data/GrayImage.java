package dev.evenkeel.jobs.demo.data;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** A grey image, values nominally in [0, 1] with 0 black, row-major. Immutable. */
final class GrayImage {
  /** Computes the value of a pixel. */
  @FunctionalInterface
  interface Painter {
    double at(int y, int x);
  }

  private final int height;
  private final int width;
  private final double[] values;

  private GrayImage(int height, int width, double[] values) {
    this.height = height;
    this.width = width;
    this.values = values;
  }

  static GrayImage paint(int height, int width, Painter painter) {
    double[] values = new double[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        values[y * width + x] = painter.at(y, x);
      }
    }
    return new GrayImage(height, width, values);
  }

  /**
   * Reads an image of 8-bit grey values.
   *
   * @throws IllegalArgumentException if the number of bytes is not height times width
   */
  static GrayImage ofBytes(int height, int width, byte[] pixels) {
    if (pixels.length != height * width) {
      throw new IllegalArgumentException(
          "An image of " + height + " x " + width + " has no " + pixels.length + " pixels");
    }
    return paint(height, width, (y, x) -> Byte.toUnsignedInt(pixels[y * width + x]) / 255.0);
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** The value at a position; outside the image, of the nearest pixel inside. */
  double at(int y, int x) {
    return values[inside(y, height) * width + inside(x, width)];
  }

  /** The value between four pixels, bilinear. */
  double at(double y, double x) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    double down = y - top;
    double right = x - left;
    return (1 - down) * ((1 - right) * at(top, left) + right * at(top, left + 1))
        + down * ((1 - right) * at(top + 1, left) + right * at(top + 1, left + 1));
  }

  double mean() {
    return Arrays.stream(values).average().orElse(0);
  }

  GrayImage map(DoubleUnaryOperator change) {
    return new GrayImage(height, width, Arrays.stream(values).map(change).toArray());
  }

  /** An image of the same size. */
  GrayImage repaint(Painter painter) {
    return paint(height, width, painter);
  }

  /** 8-bit grey values, clipped to [0, 1] and rounded. */
  byte[] toBytes() {
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.round(255 * Math.min(1, Math.max(0, values[i])));
    }
    return pixels;
  }

  private static int inside(int index, int size) {
    return Math.min(size - 1, Math.max(0, index));
  }
}
