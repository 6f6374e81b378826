package dev.evenkeel.adapters.drift;

import dev.evenkeel.adapters.profile.SourceProfile.LayerStatistics;
import java.util.List;

/**
 * How far what normalisation layers see is from what they saw in training: per layer the mean over
 * channels of {@code KL(current || source)} between normal distributions.
 *
 * @param layers of the source, in graph order
 */
public record LayerDivergence(List<LayerStatistics> layers) {
  private static final double LEAST_VARIANCE = 1e-5;

  public LayerDivergence {
    layers = List.copyOf(layers);
  }

  /** Channels of all layers. */
  public int channels() {
    return layers.stream().mapToInt(layer -> layer.mean().length).sum();
  }

  /**
   * The divergence of each layer, in nats, at least 0.
   *
   * @param means {@code [components, channels]} with the channels of all layers one after another;
   *     components, of which there may be one, are seen as one mixture of equal parts
   * @param variances of the same shape
   * @throws IllegalArgumentException if they are not of these layers
   */
  public double[] of(float[] means, float[] variances) {
    int channels = channels();
    if (means.length == 0 || means.length % channels != 0 || variances.length != means.length) {
      throw new IllegalArgumentException(
          means.length
              + " means and "
              + variances.length
              + " variances, expected whole rows of "
              + channels
              + " channels; was the profile measured on another model?");
    }
    int components = means.length / channels;
    double[] divergences = new double[layers.size()];
    int offset = 0;
    for (int l = 0; l < divergences.length; l++) {
      LayerStatistics layer = layers.get(l);
      int width = layer.mean().length;
      for (int c = 0; c < width; c++) {
        double mean = 0;
        double square = 0;
        for (int k = 0; k < components; k++) {
          double part = means[k * channels + offset + c];
          mean += part / components;
          square += (variances[k * channels + offset + c] + part * part) / components;
        }
        double variance = Math.max(square - mean * mean, LEAST_VARIANCE);
        double source = Math.max(layer.variance()[c], LEAST_VARIANCE);
        double moved = mean - layer.mean()[c];
        divergences[l] +=
            (Math.log(source / variance) + (variance + moved * moved) / source - 1) / (2 * width);
      }
      offset += width;
    }
    return divergences;
  }
}
