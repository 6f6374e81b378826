package dev.evenkeel.adapters.profile;

import dev.evenkeel.adapters.profile.SourceProfile.LayerStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers a model's answers to labelled source samples and measures the profile. */
public final class ProfileMeasurement {
  private final int classes;
  private final List<float[]> logits = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private double[][] featureSums = new double[0][];
  private int[] featureCounts;
  private FeatureMeasurement predictedFeatures;

  /**
   * @param classes that the model knows, at least 2
   */
  public ProfileMeasurement(int classes) {
    this.classes = classes;
    featureCounts = new int[classes];
  }

  /**
   * Adds one answer.
   *
   * @param row logits {@code [classes]}, copied
   * @param features what the last linear layer read, or empty
   * @param label true class
   * @throws IllegalArgumentException if a logit or a feature is not finite
   */
  public void add(float[] row, float[] features, int label) {
    for (float logit : row) {
      if (!Float.isFinite(logit)) {
        throw new IllegalArgumentException(
            "The model answers sample "
                + logits.size()
                + " with the logit "
                + logit
                + ", expected finite numbers; look at that sample, or at the model");
      }
    }
    logits.add(row.clone());
    labels.add(label);
    if (features.length > 0) {
      if (featureSums.length == 0) {
        featureSums = new double[classes][features.length];
        predictedFeatures = new FeatureMeasurement(features.length, classes);
      }
      for (int i = 0; i < features.length; i++) {
        featureSums[label][i] += features[i];
      }
      featureCounts[label]++;
      predictedFeatures.add(features, row);
    }
  }

  /**
   * The profile of what was added.
   *
   * @throws IllegalArgumentException if that is fewer than two samples
   */
  public SourceProfile measure(String modelDigest, List<LayerStatistics> layers) {
    int samples = logits.size();
    if (samples < 2) {
      throw new IllegalArgumentException(
          samples + " labelled samples, expected at least 2 and better 50 of each class");
    }
    int[] truth = labels.stream().mapToInt(Integer::intValue).toArray();
    CalibrationFit fit = new CalibrationFit(logits, truth, classes, false);
    Calibration calibration = fit.fit();
    Calibration biasCorrected = new CalibrationFit(logits, truth, classes, true).fit();
    Calibration identity = Calibration.identity(classes);
    double[] prior = new double[classes];
    double[] predictedPrior = new double[classes];
    double[][] hard = new double[classes][classes];
    double[][] soft = new double[classes][classes];
    double[][] confident = new double[classes][classes];
    double[] squares = new double[3 * classes];
    double[] confidence = new double[samples];
    double[] entropy = new double[samples];
    int hits = 0;
    for (int n = 0; n < samples; n++) {
      double[] p = calibration.probabilities(logits.get(n));
      int predicted = argmax(p);
      int label = truth[n];
      hits += predicted == label ? 1 : 0;
      prior[label] += 1.0 / samples;
      hard[predicted][label] += 1.0 / samples;
      confident[predicted][label] += p[predicted] / samples;
      confidence[n] = p[predicted];
      squares[classes + predicted] += 1.0 / samples;
      squares[2 * classes + predicted] += p[predicted] * p[predicted] / samples;
      for (int y = 0; y < classes; y++) {
        soft[y][label] += p[y] / samples;
        predictedPrior[y] += p[y] / samples;
        squares[y] += p[y] * p[y] / samples;
        entropy[n] -= p[y] > 0 ? p[y] * Math.log(p[y]) : 0;
      }
    }
    double[] sortedConfidence = sorted(confidence);
    double accuracy = (double) hits / samples;
    return new SourceProfile(
        SourceProfile.VERSION,
        modelDigest,
        samples,
        accuracy,
        prior,
        predictedPrior,
        hard,
        soft,
        confident,
        deviations(squares, predictedPrior, hard, confident),
        calibration,
        biasCorrected,
        fit.negativeLogLikelihood(calibration),
        fit.negativeLogLikelihood(identity),
        Arrays.stream(confidence).average().orElseThrow(),
        Arrays.stream(entropy).average().orElseThrow(),
        sortedConfidence[Math.min(samples - hits, samples - 1)],
        quantiles(sortedConfidence),
        quantiles(sorted(entropy)),
        featureMeans(),
        layers,
        predictedFeatures == null ? null : predictedFeatures.measure());
  }

  private double[] deviations(
      double[] squares, double[] probability, double[][] hard, double[][] confident) {
    double[] deviations = new double[3 * classes];
    for (int i = 0; i < classes; i++) {
      double[] means = {
        probability[i], Arrays.stream(hard[i]).sum(), Arrays.stream(confident[i]).sum()
      };
      for (int k = 0; k < means.length; k++) {
        double variance = squares[k * classes + i] - means[k] * means[k];
        deviations[k * classes + i] = Math.sqrt(Math.max(variance, 0));
      }
    }
    return deviations;
  }

  private double[][] featureMeans() {
    double[][] means = new double[featureSums.length][];
    for (int y = 0; y < means.length; y++) {
      int count = Math.max(featureCounts[y], 1);
      means[y] = Arrays.stream(featureSums[y]).map(sum -> sum / count).toArray();
    }
    return means;
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  private static double[] quantiles(double[] sorted) {
    double[] quantiles = new double[SourceProfile.QUANTILES];
    for (int i = 0; i < quantiles.length; i++) {
      quantiles[i] = sorted[(int) ((i + 0.5) / quantiles.length * sorted.length)];
    }
    return quantiles;
  }
}
