package dev.evenkeel.adapters.labelshift.adapter;

import java.util.Arrays;

/**
 * A trained adapter: for a label distribution it tells how to scale and shift the features, and how
 * to change the head of low rank, so that the head answers as if trained for that distribution
 * (Label Shift Adapter, Park et al., ICCV 2023; the form of the network is this project's own).
 *
 * <p>{@code hidden = relu(input · condition + inputBias)}, {@code (gamma - 1, beta, a, db) = output
 * · hidden + outputBias}, {@code dW = sum over j of a_j U_j B_j}, head {@code (W + dW)(gamma * h +
 * beta) + bias + db}. The logarithm of prior over source prior is added to {@code db}, so that an
 * untrained adapter is the plain prior correction, and the source head at the source prior.
 *
 * @param conditioning what the adapter reads
 * @param prior source label distribution
 * @param head of the source model
 * @param rank of the change of the head's weight
 * @param parameters of the network, in the order of {@link Layout}
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record LabelShiftAdapter(
    Conditioning conditioning, double[] prior, LinearHead head, int rank, double[] parameters) {
  static final int HIDDEN = 64;

  public LabelShiftAdapter {
    Layout layout = new Layout(conditioning, head, rank);
    if (prior.length != head.classes() || parameters.length != layout.size()) {
      throw new IllegalArgumentException(
          "An adapter of "
              + prior.length
              + " classes and "
              + parameters.length
              + " parameters, expected "
              + head.classes()
              + " and "
              + layout.size());
    }
  }

  /** Where the parts of the network lie in its parameters. */
  record Layout(int inputs, int classes, int width, int rank) {
    Layout(Conditioning conditioning, LinearHead head, int rank) {
      this(
          conditioning == Conditioning.SCALAR ? 1 : head.classes(),
          head.classes(),
          head.width(),
          rank);
    }

    int inputBias() {
      return HIDDEN * inputs;
    }

    int output() {
      return inputBias() + HIDDEN;
    }

    int outputs() {
      return 2 * width + rank + classes;
    }

    int outputBias() {
      return output() + outputs() * HIDDEN;
    }

    int left() {
      return outputBias() + outputs();
    }

    int right() {
      return left() + classes * rank;
    }

    int size() {
      return right() + width * rank;
    }
  }

  Layout layout() {
    return new Layout(conditioning, head, rank);
  }

  /**
   * The head for a label distribution, of the same shape and cost as the source's.
   *
   * @param target {@code [classes]}, sum 1
   */
  public LinearHead fuse(double[] target) {
    AdapterPass pass = new AdapterPass(this, target);
    int classes = head.classes();
    int width = head.width();
    double[][] weight = new double[classes][width];
    double[] bias = new double[classes];
    for (int y = 0; y < classes; y++) {
      bias[y] = head.bias()[y] + pass.shift(y);
      for (int i = 0; i < width; i++) {
        double bent = pass.weight(y, i);
        weight[y][i] = bent * pass.scale(i);
        bias[y] += bent * pass.offset(i);
      }
    }
    return new LinearHead(weight, bias);
  }

  LabelShiftAdapter with(double[] other) {
    return new LabelShiftAdapter(
        conditioning, prior, head, rank, Arrays.copyOf(other, other.length));
  }
}
