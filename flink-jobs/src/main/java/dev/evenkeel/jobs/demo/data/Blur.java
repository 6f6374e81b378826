package dev.evenkeel.jobs.demo.data;

import java.util.Random;

/** Corruptions that average neighbouring pixels; beyond the border the nearest pixel repeats. */
final class Blur {
  private Blur() {}

  /** The mean over all pixels at most {@code radius} away. */
  static GrayImage defocus(GrayImage image, double radius) {
    int reach = (int) Math.floor(radius);
    return image.repaint(
        (y, x) -> {
          double sum = 0;
          int count = 0;
          for (int dy = -reach; dy <= reach; dy++) {
            for (int dx = -reach; dx <= reach; dx++) {
              if (dy * dy + dx * dx <= radius * radius) {
                sum += image.at(y + dy, x + dx);
                count++;
              }
            }
          }
          return sum / count;
        });
  }

  /**
   * The mean over points one pixel apart on a line through the pixel, at an angle drawn once for
   * the image.
   */
  static GrayImage motion(GrayImage image, int length, Random random) {
    double angle = Math.PI * random.nextDouble();
    double stepDown = Math.sin(angle);
    double stepRight = Math.cos(angle);
    return image.repaint(
        (y, x) -> {
          double sum = 0;
          for (int i = 0; i < length; i++) {
            double offset = i - (length - 1) / 2.0;
            sum += image.at(y + offset * stepDown, x + offset * stepRight);
          }
          return sum / length;
        });
  }

  /** Every pixel becomes the mean of its block of {@code size} x {@code size}. */
  static GrayImage pixelate(GrayImage image, int size) {
    return image.repaint(
        (y, x) -> {
          double sum = 0;
          for (int dy = 0; dy < size; dy++) {
            for (int dx = 0; dx < size; dx++) {
              sum += image.at(y / size * size + dy, x / size * size + dx);
            }
          }
          return sum / (size * size);
        });
  }
}
