package dev.evenkeel.adapters.drift;

import dev.evenkeel.adapters.labelshift.SourceMoments;
import dev.evenkeel.adapters.profile.SourceProfile;
import java.nio.FloatBuffer;

/** Sums the moments of the source model's calibrated answers. For one thread. */
public final class SourceSignals {
  private final SourceMoments moments;
  private final double temperature;
  private final double[] bias;
  private final double[] row;

  public SourceSignals(SourceProfile profile) {
    moments = profile.moments();
    temperature = profile.calibration().temperature();
    bias = profile.calibration().bias();
    row = new double[profile.classes()];
  }

  /**
   * The sum over a batch, {@code [3 * classes]}.
   *
   * @param logits of the source model, {@code [samples, classes]}
   */
  public double[] sum(FloatBuffer logits, int samples) {
    double[] sum = new double[3 * row.length];
    for (int i = 0; i < samples; i++) {
      double highest = Double.NEGATIVE_INFINITY;
      for (int y = 0; y < row.length; y++) {
        row[y] = logits.get(i * row.length + y) / temperature + bias[y];
        highest = Math.max(highest, row[y]);
      }
      Answered.softmax(row, highest);
      moments.addTo(sum, row, 0);
    }
    return sum;
  }
}
