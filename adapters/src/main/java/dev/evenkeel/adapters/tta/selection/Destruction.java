package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.CounterRandom;

/**
 * Destroys the shape of what samples show but keeps their colours (DeYO, Lee et al., ICLR 2024).
 * Samples are float images {@code [channels, height, width]}, as the model receives them; results
 * are fresh arrays. Randomness comes in as permutations, so a result can be repeated.
 */
public final class Destruction {
  private final int channels;
  private final int height;
  private final int width;

  /** All at least 1. */
  public Destruction(int channels, int height, int width) {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Samples of shape ["
              + channels
              + ", "
              + height
              + ", "
              + width
              + "], expected images [channels, height, width]");
    }
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /**
   * Cuts the image into a square grid of patches and shuffles them: patch {@code j} of the result,
   * counted row by row, is patch {@code permutation[j]} of the sample. Where a side cannot be
   * divided, the image is resized (bilinear) to the next smaller size that can, and back at the
   * end.
   *
   * @param perSide patches per side, from 1 to the smaller side of the image
   * @param permutation {@code [perSide * perSide]}
   */
  public float[] shufflePatches(float[] sample, int perSide, int[] permutation) {
    check(sample);
    if (perSide < 1 || perSide > Math.min(height, width)) {
      throw new IllegalArgumentException(
          perSide
              + " patches per side of an image of "
              + height
              + " by "
              + width
              + ", expected 1 to "
              + Math.min(height, width));
    }
    requireLength(permutation, perSide * perSide);
    int patchHeight = height / perSide;
    int patchWidth = width / perSide;
    int innerHeight = patchHeight * perSide;
    int innerWidth = patchWidth * perSide;
    float[] inner = Bilinear.resize(sample, channels, height, width, innerHeight, innerWidth);
    float[] shuffled = new float[inner.length];
    for (int patch = 0; patch < permutation.length; patch++) {
      int to = start(patch, perSide, patchHeight, patchWidth, innerWidth);
      int from = start(permutation[patch], perSide, patchHeight, patchWidth, innerWidth);
      for (int channel = 0; channel < channels; channel++) {
        for (int y = 0; y < patchHeight; y++) {
          int offset = (channel * innerHeight + y) * innerWidth;
          System.arraycopy(inner, offset + from, shuffled, offset + to, patchWidth);
        }
      }
    }
    return Bilinear.resize(shuffled, channels, innerHeight, innerWidth, height, width);
  }

  /**
   * Moves pixels: position {@code j} of the result is position {@code permutation[j]} of the
   * sample, in all channels. DeYO shares one permutation among all samples of a batch.
   *
   * @param permutation {@code [height * width]}
   */
  public float[] shufflePixels(float[] sample, int[] permutation) {
    check(sample);
    requireLength(permutation, height * width);
    float[] shuffled = new float[sample.length];
    for (int channel = 0; channel < channels; channel++) {
      int begin = channel * height * width;
      for (int i = 0; i < permutation.length; i++) {
        shuffled[begin + i] = sample[begin + permutation[i]];
      }
    }
    return shuffled;
  }

  /**
   * Covers the middle, half as high and half as wide as the image and a quarter from its border,
   * with each channel's mean over the whole sample.
   */
  public float[] occlude(float[] sample) {
    check(sample);
    float[] occluded = sample.clone();
    int positions = height * width;
    for (int channel = 0; channel < channels; channel++) {
      double sum = 0;
      for (int i = 0; i < positions; i++) {
        sum += sample[channel * positions + i];
      }
      float mean = (float) (sum / positions);
      for (int y = height / 4; y < height / 4 + height / 2; y++) {
        for (int x = width / 4; x < width / 4 + width / 2; x++) {
          occluded[channel * positions + y * width + x] = mean;
        }
      }
    }
    return occluded;
  }

  /**
   * An independent permutation for each row.
   *
   * @return {@code [rows][size]}
   */
  public static int[][] permutations(int rows, int size, CounterRandom random) {
    int[][] permutations = new int[rows][];
    for (int row = 0; row < rows; row++) {
      permutations[row] = random.permutation(size);
    }
    return permutations;
  }

  private static int start(
      int patch, int perSide, int patchHeight, int patchWidth, int imageWidth) {
    return patch / perSide * patchHeight * imageWidth + patch % perSide * patchWidth;
  }

  private void check(float[] sample) {
    if (sample.length != channels * height * width) {
      throw new IllegalArgumentException(
          "Sample of "
              + sample.length
              + " values, expected "
              + channels
              + " * "
              + height
              + " * "
              + width);
    }
  }

  private static void requireLength(int[] permutation, int length) {
    if (permutation.length != length) {
      throw new IllegalArgumentException(
          "Permutation of " + permutation.length + " places, expected " + length);
    }
  }
}
