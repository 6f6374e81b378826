package dev.evenkeel.adapters.tta.learning;

/** A forward pass whose activations are kept until it is closed. */
public interface LearningPass extends AutoCloseable {
  Answers answers();

  /**
   * Gradient of the parameters.
   *
   * @param seed derivative of the loss by the logits, {@code [samples, classes]}
   * @return as long as the parameters; zero where a layer is not adapted
   */
  float[] gradient(float[] seed);

  /**
   * Gradient of the parameters where another head has taken the place of the last layer.
   *
   * @param seed derivative of the loss by the features, {@code [samples, width]}
   * @return as that of {@link #gradient}
   * @throws IllegalStateException if the program is not made for another head
   */
  float[] gradientOfFeatures(float[] seed);

  @Override
  void close();
}
