package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;

/**
 * Population statistics of channels over all samples and positions.
 *
 * @param mean FLOAT64 {@code [channels]}
 * @param variance FLOAT64 {@code [channels]}, biased, at least 0
 * @param samples number of samples they were taken from, at least 1
 */
public record ChannelStatistics(Tensor mean, Tensor variance, long samples) {
  public ChannelStatistics {
    boolean wellFormed =
        mean.type() == ElementType.FLOAT64
            && variance.type() == ElementType.FLOAT64
            && mean.shape().rank() == 1
            && mean.shape().equals(variance.shape());
    if (!wellFormed || samples < 1) {
      throw new IllegalArgumentException(
          "Statistics are "
              + mean
              + " and "
              + variance
              + " of "
              + samples
              + " samples, expected two FLOAT64 [channels] of at least one sample");
    }
  }
}
