package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.Arrays;
import java.util.Map;

/**
 * Diagonal Fisher information of the source parameters, as EATA (arXiv 2204.02610) takes it: for
 * each batch of unlabelled source samples the gradient of the mean cross-entropy to the model's own
 * arg-max, squared, averaged over the batches. It depends on the size of the batches. Nothing is
 * learned in between.
 */
public final class FisherInformation {
  private final Network network;
  private final int classes;
  private final float[] parameters;
  private final double[] sum;
  private int batches;

  /**
   * Starts with no batch.
   *
   * @param network of the program, which must learn parameters
   */
  public FisherInformation(AdaptationProgram program, Network network) {
    if (program.learning().isEmpty()) {
      throw new IllegalArgumentException(
          "Recipe "
              + program.recipe().expression()
              + " learns no parameters, so there is no Fisher information of them");
    }
    this.network = network;
    classes = program.source().classes();
    parameters = LearnedState.parameters(program.initialState(), LearnedState.PARAMETERS);
    sum = new double[parameters.length];
  }

  public void add(SampleBatch samples) {
    try (LearningPass pass =
        network.learn(parameters, network.start(), network.scratch(), samples)) {
      Probabilities batch = Probabilities.of(pass.answers().logits(), samples.size(), classes);
      float[] gradient = pass.gradient(crossEntropySlope(batch));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (double) gradient[i] * gradient[i];
      }
      batches++;
    }
  }

  /** {@code (p - one-hot of the arg-max) / samples}. */
  private static float[] crossEntropySlope(Probabilities batch) {
    float[] slope = new float[batch.rows() * batch.classes()];
    for (int row = 0; row < batch.rows(); row++) {
      int label = batch.argMax(row);
      for (int y = 0; y < batch.classes(); y++) {
        double truth = y == label ? 1 : 0;
        slope[row * batch.classes() + y] =
            (float) ((batch.probability(row, y) - truth) / batch.rows());
      }
    }
    return slope;
  }

  /**
   * What was measured: {@code gamma} and {@code beta}, float {@code [channels]}.
   *
   * @throws IllegalStateException if no batch was added
   */
  public Map<String, Tensor> arrays() {
    if (batches == 0) {
      throw new IllegalStateException("No batch was added to the Fisher information");
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / batches);
    }
    int half = mean.length / 2;
    return Map.of(
        "gamma", Tensor.ofFloats(Shape.of(half), Arrays.copyOf(mean, half)),
        "beta", Tensor.ofFloats(Shape.of(half), Arrays.copyOfRange(mean, half, mean.length)));
  }
}
