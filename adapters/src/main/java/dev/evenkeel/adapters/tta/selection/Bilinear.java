package dev.evenkeel.adapters.tta.selection;

/** Bilinear resizing with pixel centres at halves and edges repeated, without antialiasing. */
final class Bilinear {
  private Bilinear() {}

  /** An image {@code [channels, height, width]} in another size; itself if the size is the same. */
  static float[] resize(
      float[] image, int channels, int height, int width, int newHeight, int newWidth) {
    if (height == newHeight && width == newWidth) {
      return image;
    }
    float[] resized = new float[channels * newHeight * newWidth];
    for (int y = 0; y < newHeight; y++) {
      double row = source(y, height, newHeight);
      int top = (int) row;
      int bottom = Math.min(top + 1, height - 1);
      double down = row - top;
      for (int x = 0; x < newWidth; x++) {
        double column = source(x, width, newWidth);
        int left = (int) column;
        int right = Math.min(left + 1, width - 1);
        double across = column - left;
        for (int channel = 0; channel < channels; channel++) {
          int begin = channel * height * width;
          double upper =
              mix(image[begin + top * width + left], image[begin + top * width + right], across);
          double lower =
              mix(
                  image[begin + bottom * width + left],
                  image[begin + bottom * width + right],
                  across);
          resized[(channel * newHeight + y) * newWidth + x] = (float) mix(upper, lower, down);
        }
      }
    }
    return resized;
  }

  private static double mix(double a, double b, double share) {
    return a + share * (b - a);
  }

  /** Where the centre of a new position lies in the old image, at least 0. */
  private static double source(int position, int size, int newSize) {
    double place = (position + 0.5) * size / newSize - 0.5;
    return Math.min(Math.max(0, place), size - 1);
  }
}
