package dev.evenkeel.adapters.drift;

import dev.evenkeel.adapters.profile.FeatureProfile;
import dev.evenkeel.adapters.profile.FeatureProjection;
import dev.evenkeel.adapters.profile.SourceProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Compares features that the frozen source model saw with those that it saw of source data: one and
 * the same network on both sides, so what differs are the data and nothing that was learned.
 */
public final class FeatureDrift {
  /** Samples that are compared at most. */
  public static final int MOST = FeatureProfile.MOST;

  private static final int LEAST = 4;

  private final int dimensions;
  private final KernelDiscrepancy discrepancy;
  private final ClassConditionalDistance byClass;

  /**
   * What was found.
   *
   * @param samples compared
   * @param discrepancy see {@link KernelDiscrepancy}; NaN for too few samples
   * @param noise that sampling alone exceeds once in 20 times; NaN for too few samples
   * @param classConditional see {@link ClassConditionalDistance}; NaN for too few samples
   */
  public record Findings(int samples, double discrepancy, double noise, double classConditional) {}

  /** What a profile allows; empty where it holds no sample of features, or one below 4. */
  public static Optional<FeatureDrift> of(SourceProfile profile) {
    return Optional.ofNullable(profile.features())
        .filter(features -> features.sample().length >= LEAST)
        .map(FeatureDrift::new);
  }

  private FeatureDrift(FeatureProfile source) {
    dimensions = new FeatureProjection(source.width()).dimensions();
    discrepancy = new KernelDiscrepancy(source.sample());
    byClass = new ClassConditionalDistance(source);
  }

  /** Compares all samples but those of a feature that is not finite; at most {@link #MOST}. */
  public Findings of(Iterable<SampledFeatures> sampled) {
    List<float[]> values = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (SampledFeatures part : sampled) {
      for (int i = 0; i < part.samples() && values.size() < MOST; i++) {
        float[] row = Arrays.copyOfRange(part.values(), i * dimensions, (i + 1) * dimensions);
        if (isFinite(row)) {
          values.add(row);
          labels.add(part.labels()[i]);
        }
      }
    }
    float[][] current = values.toArray(float[][]::new);
    return new Findings(
        current.length,
        discrepancy.of(current),
        current.length < 2 ? Double.NaN : discrepancy.noise(current.length),
        byClass.of(labels.stream().mapToInt(Integer::intValue).toArray(), current));
  }

  private static boolean isFinite(float[] row) {
    for (float value : row) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
