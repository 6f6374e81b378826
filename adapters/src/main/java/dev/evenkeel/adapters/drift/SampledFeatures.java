package dev.evenkeel.adapters.drift;

import java.util.Arrays;

/**
 * Projected features of some samples as the frozen source model saw them. Arrays are not to be
 * changed.
 *
 * @param labels likeliest class by the source model, {@code [samples]}
 * @param values {@code [samples, dimensions]}
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record SampledFeatures(int[] labels, float[] values) {
  public static final SampledFeatures NONE = new SampledFeatures(new int[0], new float[0]);

  public SampledFeatures {
    if (labels.length == 0 ? values.length > 0 : values.length % labels.length != 0) {
      throw new IllegalArgumentException(
          values.length + " features are no whole rows for " + labels.length + " samples");
    }
  }

  public int samples() {
    return labels.length;
  }

  /** The first of them, at most so many. */
  public SampledFeatures first(int most) {
    if (samples() <= most) {
      return this;
    }
    int width = values.length / samples();
    return new SampledFeatures(Arrays.copyOf(labels, most), Arrays.copyOf(values, most * width));
  }
}
