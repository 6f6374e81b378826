package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How undecided the assignment of samples to normalisation components is. The logarithms are taken
 * here and not in the graph: there every step would pay for them, asked for or not.
 */
final class AssignmentEntropy {
  private final List<FloatBuffer> assignments;
  private final int samples;

  /**
   * @param result holds the outputs
   * @param outputs {@link dev.evenkeel.adapters.tta.AdaptationProgram#assignments}
   */
  AssignmentEntropy(OrtSession.Result result, List<String> outputs, int samples) {
    assignments =
        outputs.stream()
            .map(name -> ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer())
            .toList();
    this.samples = samples;
  }

  /** Mean over all samples. */
  double mean() {
    return mean(IntStream.range(0, samples).toArray());
  }

  /** Mean over samples and layers, in nats; NaN where an assignment is. */
  double mean(int[] positions) {
    double entropy = 0;
    double layers = 0;
    for (FloatBuffer rows : assignments) {
      int width = rows.limit() / samples;
      float[] row = new float[width];
      for (int position : positions) {
        rows.get(position * width, row);
        for (float share : row) {
          // Components of other streams have a share of exactly zero.
          entropy -= share == 0 ? 0 : share * Math.log(share);
          layers += share;
        }
      }
    }
    // Shares of a layer sum to 1, so this is the number of layers times that of samples.
    return entropy / layers;
  }
}
