package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.FeatureDrift;
import dev.evenkeel.adapters.drift.SampledFeatures;
import dev.evenkeel.adapters.profile.FeatureProjection;
import dev.evenkeel.adapters.tta.Softmax;
import dev.evenkeel.jobs.io.StreamSample;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Notes the features of few samples of each window as the frozen source model saw them: the profile
 * holds what that network saw of source data, so like is compared with like, whatever adaptation
 * did meanwhile.
 */
final class FeatureNotes {
  /** Samples of a window to keep, more or less. */
  private static final int ENOUGH = 128;

  private final FeatureProjection projection;
  private final double share;

  private FeatureNotes(FeatureProjection projection, double share) {
    this.projection = projection;
    this.share = share;
  }

  /**
   * Notes for a profile with features; empty for another, or where the source model never runs.
   *
   * @param window samples of a report
   * @param shadow share of batches that the source model answers
   */
  static Optional<FeatureNotes> of(DriftReference reference, int window, double shadow) {
    return Optional.ofNullable(reference)
        .map(found -> found.profile().features())
        .filter(Predicate.not(features -> shadow == 0))
        .map(
            features ->
                new FeatureNotes(
                    new FeatureProjection(features.width()), ENOUGH / (window * shadow)));
  }

  /** Whether some of these samples would be kept. */
  boolean want(List<StreamSample> samples) {
    return samples.stream().anyMatch(this::isKept);
  }

  /** By what a sample is called, so that neither batches nor a replay make a difference. */
  private boolean isKept(StreamSample sample) {
    return SampleHash.shareForFeatures(sample) < share;
  }

  /**
   * The features of those that are kept.
   *
   * @throws IllegalStateException if they are of another width than the profile's
   */
  SampledFeatures of(List<StreamSample> samples, StreamRows rows) {
    FloatBuffer features = rows.sourceFeatures();
    if (features == null) {
      return SampledFeatures.NONE;
    }
    if (features.limit() != samples.size() * projection.width()) {
      throw new IllegalStateException(
          "The source model's features have width "
              + features.limit() / samples.size()
              + ", those of drift.source-profile "
              + projection.width());
    }
    int[] kept =
        IntStream.range(0, samples.size())
            .filter(i -> isKept(samples.get(i)))
            .limit(FeatureDrift.MOST)
            .toArray();
    int[] labels = new int[kept.length];
    float[] values = new float[kept.length * projection.dimensions()];
    for (int k = 0; k < kept.length; k++) {
      // The likeliest class whatever wrong answers cost: so the profile has it.
      labels[k] = Softmax.argmax(rows.sourceLogits(), kept[k] * rows.classes(), rows.classes());
      float[] projected = projection.project(features, kept[k]);
      System.arraycopy(projected, 0, values, k * projected.length, projected.length);
    }
    return new SampledFeatures(labels, values);
  }
}
