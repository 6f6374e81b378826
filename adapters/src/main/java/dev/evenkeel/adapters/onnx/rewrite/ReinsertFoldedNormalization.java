package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts batch normalisation back behind convolutions it was folded into.
 *
 * <pre>
 *   x -> Conv(weights, b) -> c -> ...
 *   becomes
 *   x -> Conv(weights) -> BatchNormalization -> c -> ...
 *   with scale = sqrt(variance + epsilon), bias = mean, and its own mean = mean - b
 * </pre>
 *
 * <p>So convolution and layer together do what the convolution did, up to rounding, until the
 * layer's statistics are replaced. Everything that read the convolution reads the layer instead.
 *
 * <p>The convolution gives its constant bias b to the layer, since networks with batch
 * normalisation are trained without one. Methods that compare means by their direction, such as
 * UnMix-TNS, tell domains apart by what passes through the weights; a folded bias, the same in
 * every domain, would hide it.
 *
 * <p>A channel that never varied on the source sample gets the scale sqrt(epsilon), about 0.003:
 * under other statistics it stays nearly constant too, and nothing is divided by zero.
 */
public final class ReinsertFoldedNormalization {
  /** Metadata property of a model that was rewritten so; its value says what was done. */
  public static final String METADATA_KEY = "evenkeel.prepared";

  /** Added to the variance. */
  public static final float EPSILON = 1e-5f;

  /** PyTorch's default; ONNX counts the share that stays. */
  private static final float MOMENTUM = 0.9f;

  private ReinsertFoldedNormalization() {}

  /**
   * Rewrites the model.
   *
   * @param statistics of the outputs of the chosen convolutions, channels joined in graph order
   * @throws IllegalArgumentException if a statistic is not finite, naming the convolution, or the
   *     number of channels differs
   */
  public static Model apply(Model model, Convolutions convolutions, ChannelStatistics statistics) {
    int channels = convolutions.totalChannels();
    if (statistics.mean().size() != channels) {
      throw new IllegalArgumentException(
          "There are statistics of "
              + statistics.mean().size()
              + " channels, expected "
              + channels
              + ", one for each output channel of the chosen convolutions");
    }
    Graph graph = model.graph();
    GraphBuilder builder = new GraphBuilder(model);
    Constants constants = new Constants(graph);
    graph.outputs().forEach(builder::output);
    Map<String, Convolution> byOutput = new HashMap<>();
    convolutions
        .chosen()
        .forEach(convolution -> byOutput.put(convolution.node().output(), convolution));
    for (Node node : graph.nodes()) {
      Convolution convolution = node.outputs().isEmpty() ? null : byOutput.get(node.output());
      if (convolution == null) {
        builder.add(node);
      } else {
        Optional<Tensor> bias = constants.find(node.input(2));
        normalize(builder, convolution, bias, statistics);
      }
    }
    Graph built = builder.build(graph.name());
    Graph declared =
        new Graph(
            graph.name(),
            graph.inputs(),
            graph.outputs(),
            built.nodes(),
            built.initializers(),
            graph.values());
    return model
        .withGraph(PruneUnused.prune(declared))
        .withMetadata(
            METADATA_KEY,
            "ReinsertFoldedNormalization: %d layers, %d channels, statistics of %d samples"
                .formatted(convolutions.chosen().size(), channels, statistics.samples()));
  }

  private static void normalize(
      GraphBuilder builder,
      Convolution convolution,
      Optional<Tensor> moved,
      ChannelStatistics statistics) {
    double[] means = finite(convolution, statistics.mean(), "mean");
    double[] variances = finite(convolution, statistics.variance(), "variance");
    float[] shift = moved.map(Tensor::toFloats).orElse(new float[means.length]);
    float[] bias = new float[means.length];
    float[] mean = new float[means.length];
    float[] variance = new float[means.length];
    float[] scale = new float[means.length];
    for (int c = 0; c < means.length; c++) {
      bias[c] = (float) means[c];
      mean[c] = (float) (means[c] - shift[c]);
      variance[c] = (float) variances[c];
      scale[c] = (float) Math.sqrt((double) variance[c] + EPSILON);
    }
    Node node = convolution.node();
    String layer = builder.fresh(convolution.name() + ".normalization");
    String folded = builder.fresh(layer + ".input");
    List<String> operands = moved.isPresent() ? node.inputs().subList(0, 2) : node.inputs();
    builder.add(node.withInputs(operands).withOutputs(List.of(folded)));
    List<String> inputs =
        List.of(
            folded,
            parameter(builder, layer + ".scale", scale),
            parameter(builder, layer + ".bias", bias),
            parameter(builder, layer + ".mean", mean),
            parameter(builder, layer + ".variance", variance));
    Map<String, Attribute> attributes =
        Map.of("epsilon", Attribute.of(EPSILON), "momentum", Attribute.of(MOMENTUM));
    builder.add(
        new Node(
            layer,
            "",
            "BatchNormalization",
            inputs,
            List.of(node.output()),
            new TreeMap<>(attributes)));
  }

  private static String parameter(GraphBuilder builder, String hint, float[] values) {
    return builder.constant(hint, Tensor.ofFloats(Shape.of(values.length), values));
  }

  private static double[] finite(Convolution convolution, Tensor joined, String what) {
    double[] values =
        Arrays.copyOfRange(
            joined.toDoubles(),
            convolution.offset(),
            convolution.offset() + convolution.channels());
    for (int c = 0; c < values.length; c++) {
      if (!Float.isFinite((float) values[c])) {
        throw new IllegalArgumentException(
            "The "
                + what
                + " of channel "
                + c
                + " of "
                + convolution.node().label()
                + " is "
                + values[c]
                + " on the calibration data, expected a finite value; leave the convolution out");
      }
    }
    return values;
  }
}
