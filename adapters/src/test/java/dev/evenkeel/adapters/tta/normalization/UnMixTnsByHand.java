package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * UnMix-TNS on a {@link TinyNet} in double precision, written as the paper's equations read: every
 * mixture of a sample with a component is formed. Numbers in comments are those of arXiv 2401.08328
 * where it has them.
 */
final class UnMixTnsByHand {
  private final TinyNet net;
  private final double temperature;
  private final double referenceBatch;
  private final boolean withinComponentTerm;
  private final double[][][] means;
  private final double[][][] variances;
  private double entropy;

  UnMixTnsByHand(
      TinyNet net,
      StateDict initial,
      double temperature,
      double referenceBatch,
      boolean withinComponentTerm) {
    this.net = net;
    this.temperature = temperature;
    this.referenceBatch = referenceBatch;
    this.withinComponentTerm = withinComponentTerm;
    means = perLayer(initial.get("norm.means"));
    variances = perLayer(initial.get("norm.variances"));
  }

  /** Logits {@code [samples, classes]} in one row; the state takes a step. */
  double[] step(Tensor samples) {
    int count = (int) samples.shape().dimension(0);
    double[] all = samples.toDoubles();
    int channels = net.layers().get(0).channels();
    int positions = all.length / count / channels;
    double[][][] x = new double[count][channels][positions];
    for (int i = 0; i < all.length; i++) {
      x[i / positions / channels][i / positions % channels][i % positions] = all[i];
    }
    entropy = 0;
    for (int layer = 0; layer < net.layers().size(); layer++) {
      x = convolve(net.layers().get(layer), normalize(layer, x));
    }
    return classify(x);
  }

  /** The state as canonical entries have it, {@code [components, channels of all layers]}. */
  double[] means() {
    return joined(means);
  }

  double[] variances() {
    return joined(variances);
  }

  /** Mean entropy of the assignments of the last step, in nats. */
  double entropy() {
    return entropy;
  }

  private double[][][] normalize(int index, double[][][] x) {
    TinyNet.Layer layer = net.layers().get(index);
    int samples = x.length;
    int channels = layer.channels();
    double[][] mean = means[index];
    double[][] variance = variances[index];
    int components = mean.length;
    double[][] pull = new double[components][channels];
    double[][] spread = new double[components][channels];
    double[][][] y = new double[samples][channels][];
    for (int n = 0; n < samples; n++) {
      double[] m = new double[channels];
      double[] v = new double[channels];
      for (int c = 0; c < channels; c++) {
        m[c] = average(x[n][c]);
        v[c] = variance(x[n][c], m[c]);
      }
      double[] p = assignment(m, mean);
      double share = 1.0 / samples / net.layers().size();
      entropy -= share * Arrays.stream(p).map(q -> q > 0 ? q * Math.log(q) : 0).sum();
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        double sumOfSquares = 0;
        double within = 0;
        for (int k = 0; k < components; k++) {
          double distance = m[c] - mean[k][c];
          double u = (1 - p[k]) * mean[k][c] + p[k] * m[c]; // equation 8
          sum += u;
          sumOfSquares += u * u;
          within += (1 - p[k]) * variance[k][c] + p[k] * v[c]; // equation 9
          if (withinComponentTerm) {
            within += p[k] * (1 - p[k]) * distance * distance;
          }
          pull[k][c] += p[k] * distance / samples;
          spread[k][c] += p[k] * (v[c] - variance[k][c]) / samples;
        }
        double mixedMean = sum / components; // equation 10
        double mixedVariance =
            (within + sumOfSquares) / components - mixedMean * mixedMean; // equation 11
        y[n][c] = affine(layer, c, x[n][c], mixedMean, mixedVariance);
      }
    }
    double rate = 1 - Math.pow(1 - layer.momentum(), samples / referenceBatch);
    for (int k = 0; k < components; k++) {
      for (int c = 0; c < channels; c++) {
        mean[k][c] += rate * pull[k][c]; // equation 12
        variance[k][c] += rate * spread[k][c]; // equation 13
      }
    }
    return y;
  }

  /** Equation 7: softmax over the cosine similarities with the components. */
  private double[] assignment(double[] m, double[][] components) {
    double[] p = new double[components.length];
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      double norms = Math.max(norm(m), 1e-12) * Math.max(norm(components[k]), 1e-12);
      p[k] = Math.exp(dot(m, components[k]) / norms / temperature);
      sum += p[k];
    }
    for (int k = 0; k < p.length; k++) {
      p[k] /= sum;
    }
    return p;
  }

  private static double[] affine(
      TinyNet.Layer layer, int c, double[] x, double mean, double variance) {
    double slope = layer.scale().toFloats()[c] / Math.sqrt(variance + layer.epsilon());
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = (x[i] - mean) * slope + layer.bias().toFloats()[c];
    }
    return y;
  }

  private static double[][][] convolve(TinyNet.Layer layer, double[][][] x) {
    if (layer.mixing() == null) {
      return x;
    }
    double[] mixing = layer.mixing().toDoubles();
    int channels = layer.channels();
    int next = mixing.length / channels;
    double[][][] y = new double[x.length][next][x[0][0].length];
    for (int n = 0; n < x.length; n++) {
      for (int o = 0; o < next; o++) {
        for (int c = 0; c < channels; c++) {
          for (int i = 0; i < y[n][o].length; i++) {
            y[n][o][i] += mixing[o * channels + c] * Math.max(0, x[n][c][i]);
          }
        }
      }
    }
    return y;
  }

  private double[] classify(double[][][] x) {
    double[] head = net.head().toDoubles();
    int classes = net.classes();
    int channels = head.length / classes;
    double[] logits = new double[x.length * classes];
    for (int i = 0; i < logits.length; i++) {
      for (int c = 0; c < channels; c++) {
        logits[i] += head[i % classes * channels + c] * average(x[i / classes][c]);
      }
    }
    return logits;
  }

  private double[][][] perLayer(Tensor entry) {
    int components = (int) entry.shape().dimension(0);
    int total = (int) entry.shape().dimension(1);
    double[] values = entry.toDoubles();
    double[][][] layers = new double[net.layers().size()][components][];
    int offset = 0;
    for (int i = 0; i < layers.length; i++) {
      int channels = net.layers().get(i).channels();
      for (int k = 0; k < components; k++) {
        int from = k * total + offset;
        layers[i][k] = Arrays.copyOfRange(values, from, from + channels);
      }
      offset += channels;
    }
    return layers;
  }

  private static double[] joined(double[][][] layers) {
    return IntStream.range(0, layers[0].length)
        .boxed()
        .flatMapToDouble(k -> Arrays.stream(layers).flatMapToDouble(l -> Arrays.stream(l[k])))
        .toArray();
  }

  private static double average(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values, double mean) {
    return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  private static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }
}
