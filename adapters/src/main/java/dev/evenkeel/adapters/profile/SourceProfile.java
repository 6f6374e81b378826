package dev.evenkeel.adapters.profile;

import dev.evenkeel.adapters.labelshift.SourceMoments;
import dev.evenkeel.adapters.labelshift.estimator.SourceConfusion;
import dev.evenkeel.adapters.labelshift.estimator.Vote;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * The source domain as a deployed model sees it, measured on labelled data that the model was not
 * trained on. Joint matrices have a row for what was predicted and a column for what is true; the
 * columns of {@code hardConfusion} and {@code softConfusion} sum to the prior. Arrays are not to be
 * changed.
 *
 * @param version of the layout, {@value #VERSION}
 * @param modelDigest SHA-256 of the model in hexadecimal
 * @param samples that were measured
 * @param accuracy of the model, in [0, 1]
 * @param prior share of each class, {@code [classes]}
 * @param predictedPrior mean calibrated probability of each class
 * @param hardConfusion {@code [predicted][true]} share of samples
 * @param softConfusion {@code [class][true]} mean calibrated probability
 * @param confidenceConfusion {@code [predicted][true]} mean calibrated confidence, 0 where another
 *     class is predicted
 * @param momentDeviations standard deviations over the samples of probability, prediction and
 *     confidence by class, {@code [3 * classes]}
 * @param calibration of the logits by temperature alone; what all calibrated figures here use. A
 *     bias per class is the better fit on the source and the worse one elsewhere: it is the
 *     source's own label distribution and errors in disguise
 * @param biasCorrectedCalibration of the logits by temperature and a bias per class
 * @param negativeLogLikelihood in nats a sample, calibrated
 * @param uncalibratedNegativeLogLikelihood the same without calibration
 * @param meanConfidence mean highest calibrated probability
 * @param meanEntropy of the calibrated probabilities, in nats
 * @param confidenceThreshold above which as many samples lie as the model answers rightly (average
 *     thresholded confidence; Garg et al., ICLR 2022)
 * @param confidenceQuantiles 256 quantiles at (i + 0.5) / 256
 * @param entropyQuantiles the same of the entropy
 * @param featureMeans {@code [classes][width]} mean of what the last linear layer reads; empty if
 *     the model does not tell
 * @param layers statistics of the normalisation layers in graph order; empty if it has none
 * @param features what the last linear layer reads, by predicted class; null if the model does not
 *     tell, or the file was written before this was measured
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record SourceProfile(
    int version,
    String modelDigest,
    int samples,
    double accuracy,
    double[] prior,
    double[] predictedPrior,
    double[][] hardConfusion,
    double[][] softConfusion,
    double[][] confidenceConfusion,
    double[] momentDeviations,
    Calibration calibration,
    Calibration biasCorrectedCalibration,
    double negativeLogLikelihood,
    double uncalibratedNegativeLogLikelihood,
    double meanConfidence,
    double meanEntropy,
    double confidenceThreshold,
    double[] confidenceQuantiles,
    double[] entropyQuantiles,
    double[][] featureMeans,
    List<LayerStatistics> layers,
    FeatureProfile features)
    implements Serializable {
  public static final int VERSION = 1;
  public static final int QUANTILES = 256;

  /**
   * What a normalisation layer saw in training.
   *
   * @param layer name of its node
   */
  @SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
  public record LayerStatistics(String layer, float[] mean, float[] variance)
      implements Serializable {}

  public SourceProfile {
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "version is "
              + version
              + ", this release reads "
              + VERSION
              + "; measure again with 'model profile'");
    }
    if (prior == null || prior.length < 2) {
      throw new IllegalArgumentException("prior has no classes, expected at least 2");
    }
    int classes = prior.length;
    requireLength("predictedPrior", predictedPrior, classes);
    requireSquare("hardConfusion", hardConfusion, classes);
    requireSquare("softConfusion", softConfusion, classes);
    requireSquare("confidenceConfusion", confidenceConfusion, classes);
    requireLength("momentDeviations", momentDeviations, 3 * classes);
    if (calibration == null) {
      throw new IllegalArgumentException("calibration is missing");
    }
    requireLength("calibration.bias", calibration.bias(), classes);
    if (biasCorrectedCalibration == null) {
      throw new IllegalArgumentException("biasCorrectedCalibration is missing");
    }
    requireLength("biasCorrectedCalibration.bias", biasCorrectedCalibration.bias(), classes);
    requireLength("confidenceQuantiles", confidenceQuantiles, QUANTILES);
    requireLength("entropyQuantiles", entropyQuantiles, QUANTILES);
    if (featureMeans == null || (featureMeans.length != 0 && featureMeans.length != classes)) {
      throw new IllegalArgumentException("featureMeans does not have a row for each class");
    }
    layers = List.copyOf(layers == null ? List.of() : layers);
    if (features != null && features.classes() != classes) {
      throw new IllegalArgumentException(
          "features has " + features.classes() + " classes, expected " + classes);
    }
  }

  private static void requireLength(String name, double[] values, int length) {
    if (values == null || values.length != length) {
      throw new IllegalArgumentException(
          name + " has " + (values == null ? 0 : values.length) + " values, expected " + length);
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(name + " holds " + value + ", expected finite numbers");
      }
    }
  }

  private static void requireSquare(String name, double[][] values, int classes) {
    if (values == null || values.length != classes) {
      throw new IllegalArgumentException(name + " does not have " + classes + " rows");
    }
    for (double[] row : values) {
      requireLength(name, row, classes);
    }
  }

  public int classes() {
    return prior.length;
  }

  /**
   * The same for another label distribution, as if each class had been measured as often as that
   * says; features stay as they were measured.
   *
   * @throws IllegalArgumentException if it has a class that was not measured
   */
  public SourceProfile withPrior(double[] other) {
    double[] factors = new double[classes()];
    for (int y = 0; y < factors.length; y++) {
      if (other[y] > 0 && prior[y] == 0) {
        throw new IllegalArgumentException(
            "class " + y + " has no sample, expected at least 1 of each class of the profile");
      }
      factors[y] = prior[y] > 0 ? other[y] / prior[y] : 0;
    }
    double[][] soft = scaled(softConfusion, factors);
    return new SourceProfile(
        version,
        modelDigest,
        samples,
        accuracy,
        other,
        Arrays.stream(soft).mapToDouble(row -> Arrays.stream(row).sum()).toArray(),
        scaled(hardConfusion, factors),
        soft,
        scaled(confidenceConfusion, factors),
        momentDeviations,
        calibration,
        biasCorrectedCalibration,
        negativeLogLikelihood,
        uncalibratedNegativeLogLikelihood,
        meanConfidence,
        meanEntropy,
        confidenceThreshold,
        confidenceQuantiles,
        entropyQuantiles,
        featureMeans,
        layers,
        features);
  }

  /**
   * How far another label distribution lies from the source's.
   *
   * @param distribution share of each class
   * @return total variation, in [0, 1]
   */
  public double labelShift(List<Double> distribution) {
    double sum = 0;
    for (int y = 0; y < classes(); y++) {
      sum += Math.abs(distribution.get(y) - prior[y]) / 2;
    }
    return sum;
  }

  private static double[][] scaled(double[][] joint, double[] factors) {
    double[][] scaled = new double[joint.length][factors.length];
    for (int i = 0; i < joint.length; i++) {
      for (int y = 0; y < factors.length; y++) {
        scaled[i][y] = joint[i][y] * factors[y];
      }
    }
    return scaled;
  }

  /** What label distributions are estimated with; soft votes are calibrated probabilities. */
  public SourceConfusion confusion(Vote vote) {
    return new SourceConfusion(vote, vote == Vote.HARD ? hardConfusion : softConfusion, samples);
  }

  /** What pure label shift is tested with. */
  public SourceMoments moments() {
    int classes = classes();
    double[][] means = new double[classes][3 * classes];
    for (int y = 0; y < classes; y++) {
      for (int i = 0; i < classes && prior[y] > 0; i++) {
        means[y][i] = softConfusion[i][y] / prior[y];
        means[y][classes + i] = hardConfusion[i][y] / prior[y];
        means[y][2 * classes + i] = confidenceConfusion[i][y] / prior[y];
      }
    }
    return new SourceMoments(prior, means, momentDeviations, samples);
  }
}
