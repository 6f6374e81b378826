package dev.evenkeel.adapters.profile;

import java.nio.FloatBuffer;
import java.util.Random;

/**
 * Brings features to at most {@value #DIMENSIONS} dimensions, so that what has to be remembered of
 * a sample does not grow with the model: wider ones are multiplied by a matrix of random signs,
 * which keeps distances up to about a fifth (Johnson and Lindenstrauss 1984; Achlioptas, JCSS
 * 2003); others stay as they are. The matrix is a function of the width alone, the same everywhere
 * and in every release: profiles hold what it made.
 */
public final class FeatureProjection {
  public static final int DIMENSIONS = 64;

  private static final long SEED = 0x66656174757265L;

  private final int width;
  private final float[] signs;

  /**
   * @param width of the features, at least 1
   */
  public FeatureProjection(int width) {
    if (width < 1) {
      throw new IllegalArgumentException("Features of width " + width + ", expected at least 1");
    }
    this.width = width;
    this.signs = width > DIMENSIONS ? signs(width) : null;
  }

  private static float[] signs(int width) {
    // Its algorithm is part of its specification, so the matrix is the same on every platform.
    Random random = new Random(SEED);
    float scale = (float) (1 / Math.sqrt(DIMENSIONS));
    float[] signs = new float[width * DIMENSIONS];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = random.nextBoolean() ? scale : -scale;
    }
    return signs;
  }

  public int width() {
    return width;
  }

  /** Of what {@link #project} makes: the width, but at most {@value #DIMENSIONS}. */
  public int dimensions() {
    return dimensions(width);
  }

  static int dimensions(int width) {
    return Math.min(width, DIMENSIONS);
  }

  /**
   * Projects one sample.
   *
   * @param features {@code [samples, width]}
   * @return {@code [dimensions]}; not finite where a feature is not
   */
  public float[] project(FloatBuffer features, int sample) {
    float[] projected = new float[dimensions()];
    if (signs == null) {
      features.get(sample * width, projected);
      return projected;
    }
    for (int i = 0; i < width; i++) {
      float feature = features.get(sample * width + i);
      for (int d = 0; d < DIMENSIONS; d++) {
        projected[d] += feature * signs[i * DIMENSIONS + d];
      }
    }
    return projected;
  }
}
