package dev.evenkeel.jobs.demo.data;

import java.util.Random;

/** Corruptions of the range of values. */
final class Tone {
  /** Sizes of fog clouds in pixels, the largest first; each half as dense as the one before. */
  private static final int[] CLOUDS = {16, 8, 4, 2};

  private Tone() {}

  /** x' = mean + factor (x - mean). */
  static GrayImage contrast(GrayImage image, double factor) {
    double mean = image.mean();
    return image.map(value -> mean + factor * (value - mean));
  }

  /**
   * x' = (x + density f) / (1 + density). The fog f is value noise: for every cloud size uniform
   * values on a lattice of that spacing, interpolated bilinearly; the layers are weighted 8 : 4 : 2
   * : 1, sum 1.
   */
  static GrayImage fog(GrayImage image, double density, Random random) {
    GrayImage fog = image.map(value -> 0);
    double weight = 8 / 15.0;
    for (int cloud : CLOUDS) {
      fog = add(fog, weight, clouds(image.height(), image.width(), cloud, random));
      weight /= 2;
    }
    GrayImage veil = fog;
    return image.repaint((y, x) -> (image.at(y, x) + density * veil.at(y, x)) / (1 + density));
  }

  private static GrayImage add(GrayImage sum, double weight, GrayImage layer) {
    return sum.repaint((y, x) -> sum.at(y, x) + weight * layer.at(y, x));
  }

  private static GrayImage clouds(int height, int width, int size, Random random) {
    GrayImage lattice =
        GrayImage.paint(height / size + 2, width / size + 2, (y, x) -> random.nextDouble());
    return GrayImage.paint(
        height, width, (y, x) -> lattice.at((double) y / size, (double) x / size));
  }
}
