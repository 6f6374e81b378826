package dev.evenkeel.adapters.labelshift.estimator;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import java.util.Arrays;

/**
 * Cross-entropy of a linear head on hold-out samples that are weighted to a label distribution:
 * sample i weighs {@code l[y_i] / prior[y_i]}, and the sum is over the sum of the weights.
 */
final class HeadLoss {
  private final HoldOut holdOut;
  private final double[] weight;
  private final double[] bias;
  private final double[] prior;
  private final double norm;

  HeadLoss(HoldOut holdOut, LinearHead head, double[] prior) {
    this.holdOut = holdOut;
    this.prior = prior;
    weight = Arrays.stream(head.weight()).flatMapToDouble(Arrays::stream).toArray();
    bias = head.bias();
    if (holdOut.width() != head.width()) {
      throw new IllegalArgumentException(
          "Hold-out has features of width %d, expected %d as the head reads"
              .formatted(holdOut.width(), head.width()));
    }
    norm = norm(weight);
  }

  int parameters() {
    return weight.length;
  }

  double[] weight() {
    return weight.clone();
  }

  /** Frobenius norm of the source weight. */
  double norm() {
    return norm;
  }

  /** Loss of a weight; its gradient is added to {@code gradient}. */
  double lossAndGradient(double[] weight, double[] labels, double[] gradient) {
    int classes = prior.length;
    int width = holdOut.width();
    double all = 0;
    for (int label : holdOut.labels()) {
      all += weightOf(label, labels);
    }
    double loss = 0;
    double[] answer = new double[classes];
    for (int i = 0; i < holdOut.labels().length && all > 0; i++) {
      int label = holdOut.labels()[i];
      double share = weightOf(label, labels) / all;
      if (share == 0) {
        continue;
      }
      logits(weight, holdOut.features(), i, answer, 0);
      loss -= share * logSoftmax(answer)[label];
      for (int y = 0; y < classes; y++) {
        double slope = share * (Math.exp(answer[y]) - (y == label ? 1 : 0));
        for (int d = 0; d < width; d++) {
          gradient[y * width + d] += slope * holdOut.features()[i * width + d];
        }
      }
    }
    return loss;
  }

  /** One gradient step, brought back to the source norm. */
  double[] step(double[] weight, double[] gradient, double rate) {
    double[] next = new double[weight.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = weight[i] - rate * gradient[i];
    }
    double scale = norm / Math.max(norm(next), Double.MIN_NORMAL);
    for (int i = 0; i < next.length; i++) {
      next[i] *= scale;
    }
    return next;
  }

  /** Norm of the source gradient where it is largest: the loss is linear in the labels. */
  double steepest() {
    double largest = Double.MIN_NORMAL;
    for (int y = 0; y < prior.length; y++) {
      double[] labels = new double[prior.length];
      labels[y] = 1;
      double[] gradient = new double[parameters()];
      lossAndGradient(weight, labels, gradient);
      largest = Math.max(largest, norm(gradient));
    }
    return largest;
  }

  /** Logits of features {@code [samples, width]} under a weight, {@code [samples, classes]}. */
  double[] logits(double[] weight, double[] features) {
    double[] logits = new double[features.length / holdOut.width() * prior.length];
    for (int n = 0; n * prior.length < logits.length; n++) {
      logits(weight, features, n, logits, n * prior.length);
    }
    return logits;
  }

  private void logits(double[] weight, double[] features, int sample, double[] into, int offset) {
    int width = holdOut.width();
    for (int y = 0; y < prior.length; y++) {
      double sum = bias[y];
      for (int d = 0; d < width; d++) {
        sum += weight[y * width + d] * features[sample * width + d];
      }
      into[offset + y] = sum;
    }
  }

  private double weightOf(int label, double[] labels) {
    return prior[label] > 0 ? labels[label] / prior[label] : 0;
  }

  /** In place. */
  private static double[] logSoftmax(double[] logits) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      highest = Math.max(highest, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - highest);
    }
    double log = highest + Math.log(sum);
    for (int y = 0; y < logits.length; y++) {
      logits[y] -= log;
    }
    return logits;
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
