package dev.evenkeel.adapters.labelshift.adapter;

import dev.evenkeel.adapters.labelshift.adapter.LabelShiftAdapter.Layout;

/** One evaluation of an adapter for a label distribution, with its derivative. */
final class AdapterPass {
  private final LabelShiftAdapter adapter;
  private final Layout layout;
  private final double[] condition;
  private final double[] hidden = new double[LabelShiftAdapter.HIDDEN];
  private final double[] output;
  private final double[] logRatio;
  private final double[][] weight;

  AdapterPass(LabelShiftAdapter adapter, double[] target) {
    this.adapter = adapter;
    layout = adapter.layout();
    condition = adapter.conditioning().of(target, adapter.prior());
    logRatio = Conditioning.VECTOR.of(target, adapter.prior());
    double[] parameters = adapter.parameters();
    for (int k = 0; k < hidden.length; k++) {
      double sum = parameters[layout.inputBias() + k];
      for (int i = 0; i < condition.length; i++) {
        sum += parameters[k * condition.length + i] * condition[i];
      }
      hidden[k] = Math.max(sum, 0);
    }
    output = new double[layout.outputs()];
    for (int o = 0; o < output.length; o++) {
      double sum = parameters[layout.outputBias() + o];
      for (int k = 0; k < hidden.length; k++) {
        sum += parameters[layout.output() + o * hidden.length + k] * hidden[k];
      }
      output[o] = sum;
    }
    weight = bentWeight(parameters);
  }

  private double[][] bentWeight(double[] parameters) {
    double[][] bent = new double[layout.classes()][];
    for (int y = 0; y < bent.length; y++) {
      bent[y] = adapter.head().weight()[y].clone();
      for (int j = 0; j < layout.rank(); j++) {
        double factor =
            output[2 * layout.width() + j] * parameters[layout.left() + y * layout.rank() + j];
        for (int i = 0; i < layout.width(); i++) {
          bent[y][i] += factor * parameters[layout.right() + i * layout.rank() + j];
        }
      }
    }
    return bent;
  }

  /** Gamma of a feature. */
  double scale(int feature) {
    return 1 + output[feature];
  }

  /** Beta of a feature. */
  double offset(int feature) {
    return output[layout.width() + feature];
  }

  /** What is added to the bias of a class. */
  double shift(int label) {
    return logRatio[label] + output[2 * layout.width() + layout.rank() + label];
  }

  /** W + dW. */
  double weight(int label, int feature) {
    return weight[label][feature];
  }

  /**
   * Adds the derivative of a loss by the parameters.
   *
   * @param byScale derivative by gamma
   * @param byOffset derivative by beta
   * @param byWeight derivative by W + dW, {@code [classes][width]}
   * @param byShift derivative by the bias
   */
  void addGradient(
      double[] byScale,
      double[] byOffset,
      double[][] byWeight,
      double[] byShift,
      double[] gradient) {
    double[] parameters = adapter.parameters();
    int rank = layout.rank();
    double[] byOutput = new double[output.length];
    System.arraycopy(byScale, 0, byOutput, 0, byScale.length);
    System.arraycopy(byOffset, 0, byOutput, layout.width(), byOffset.length);
    System.arraycopy(byShift, 0, byOutput, 2 * layout.width() + rank, byShift.length);
    for (int j = 0; j < rank; j++) {
      double factor = output[2 * layout.width() + j];
      for (int y = 0; y < layout.classes(); y++) {
        double left = parameters[layout.left() + y * rank + j];
        double along = 0;
        for (int i = 0; i < layout.width(); i++) {
          along += byWeight[y][i] * parameters[layout.right() + i * rank + j];
          gradient[layout.right() + i * rank + j] += factor * left * byWeight[y][i];
        }
        byOutput[2 * layout.width() + j] += left * along;
        gradient[layout.left() + y * rank + j] += factor * along;
      }
    }
    double[] byHidden = new double[hidden.length];
    for (int o = 0; o < byOutput.length; o++) {
      gradient[layout.outputBias() + o] += byOutput[o];
      for (int k = 0; k < hidden.length; k++) {
        int position = layout.output() + o * hidden.length + k;
        gradient[position] += byOutput[o] * hidden[k];
        byHidden[k] += byOutput[o] * parameters[position];
      }
    }
    for (int k = 0; k < hidden.length; k++) {
      if (hidden[k] > 0) {
        gradient[layout.inputBias() + k] += byHidden[k];
        for (int i = 0; i < condition.length; i++) {
          gradient[k * condition.length + i] += byHidden[k] * condition[i];
        }
      }
    }
  }
}
