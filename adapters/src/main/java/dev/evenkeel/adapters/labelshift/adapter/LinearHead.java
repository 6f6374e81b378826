package dev.evenkeel.adapters.labelshift.adapter;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.rewrite.Constants;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * The last linear layer of a classifier: logits = weight · features + bias.
 *
 * @param weight {@code [classes][width]}
 * @param bias {@code [classes]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record LinearHead(double[][] weight, double[] bias) {
  public LinearHead {
    if (weight.length != bias.length || weight.length < 2) {
      throw new IllegalArgumentException(
          "A head of " + weight.length + " rows and " + bias.length + " biases");
    }
  }

  /**
   * The head of a model.
   *
   * @param logits value that the head writes
   * @throws IllegalArgumentException if that does not come from a Gemm, or a MatMul and an Add,
   *     with constant weights
   */
  public static LinearHead of(Graph graph, String logits, int classes) {
    Constants constants = new Constants(graph);
    Optional<Node> writer = Optional.ofNullable(constants.writer(logits));
    Optional<LinearHead> head =
        writer.flatMap(
            node ->
                node.is("Add")
                    ? ofAdd(node, constants, classes)
                    : ofProduct(node, constants, classes, Optional.empty()));
    return head.orElseThrow(
        () ->
            new IllegalArgumentException(
                "The logits '"
                    + logits
                    + "' come from "
                    + writer.map(Node::label).orElse("no node")
                    + ", expected a Gemm, or a MatMul and an Add, with constant weights; only"
                    + " such a head can be adapted, use prior-correction"));
  }

  private static Optional<LinearHead> ofAdd(Node add, Constants constants, int classes) {
    for (int i = 0; i < 2; i++) {
      Optional<Tensor> bias = constants.find(add.input(i));
      Node product = constants.writer(add.input(1 - i));
      if (bias.isPresent() && product != null) {
        return ofProduct(product, constants, classes, bias);
      }
    }
    return Optional.empty();
  }

  private static Optional<LinearHead> ofProduct(
      Node node, Constants constants, int classes, Optional<Tensor> added) {
    boolean gemm = node.is("Gemm");
    if ((!gemm && !node.is("MatMul")) || node.intAttribute("transA", 0) != 0) {
      return Optional.empty();
    }
    Optional<Tensor> weight = constants.find(node.input(1));
    boolean biased = gemm && !node.input(2).isEmpty();
    Optional<Tensor> own = biased ? constants.find(node.input(2)) : Optional.empty();
    if (weight.isEmpty() || (biased && own.isEmpty()) || weight.get().size() % classes != 0) {
      return Optional.empty();
    }
    boolean transposed = gemm && node.intAttribute("transB", 0) != 0;
    float alpha = gemm ? node.floatAttribute("alpha", 1) : 1;
    float beta = gemm ? node.floatAttribute("beta", 1) : 1;
    float[] values = weight.get().toFloats();
    int width = values.length / classes;
    double[][] rows = new double[classes][width];
    for (int y = 0; y < classes; y++) {
      for (int i = 0; i < width; i++) {
        rows[y][i] = alpha * values[transposed ? y * width + i : i * classes + y];
      }
    }
    double[] bias = new double[classes];
    addTo(bias, own, beta);
    addTo(bias, added, 1);
    return Optional.of(new LinearHead(rows, bias));
  }

  private static void addTo(double[] bias, Optional<Tensor> values, double factor) {
    if (values.isPresent()) {
      float[] found = values.get().toFloats();
      for (int y = 0; y < bias.length; y++) {
        bias[y] += factor * found[found.length == 1 ? 0 : y];
      }
    }
  }

  public int classes() {
    return bias.length;
  }

  public int width() {
    return weight[0].length;
  }

  /**
   * Logits of features.
   *
   * @param features {@code [samples, width]}
   * @return {@code [samples, classes]}
   */
  public float[] apply(float[] features, int samples) {
    int classes = classes();
    int width = width();
    float[] logits = new float[samples * classes];
    for (int n = 0; n < samples; n++) {
      for (int y = 0; y < classes; y++) {
        double sum = bias[y];
        double[] row = weight[y];
        for (int i = 0; i < width; i++) {
          sum += row[i] * features[n * width + i];
        }
        logits[n * classes + y] = (float) sum;
      }
    }
    return logits;
  }

  /**
   * Derivative by the features.
   *
   * @param slopes derivative by the logits, {@code [samples, classes]}
   * @return {@code [samples, width]}
   */
  public float[] pulledBack(float[] slopes) {
    int classes = classes();
    int width = width();
    float[] pulled = new float[slopes.length / classes * width];
    double[] row = new double[width];
    for (int n = 0; n * classes < slopes.length; n++) {
      Arrays.fill(row, 0);
      for (int y = 0; y < classes; y++) {
        double slope = slopes[n * classes + y];
        for (int i = 0; i < width; i++) {
          row[i] += slope * weight[y][i];
        }
      }
      for (int i = 0; i < width; i++) {
        pulled[n * width + i] = (float) row[i];
      }
    }
    return pulled;
  }
}
