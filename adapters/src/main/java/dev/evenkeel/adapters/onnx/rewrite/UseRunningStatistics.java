package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Normalises with an exponential moving average of batch statistics, updated before it is used
 * ("norm_ema"). As in the reference code the statistics come from a first pass in which every layer
 * is fed with batch-normalised activations, and the prediction from a second pass; both lie in one
 * graph and share the weights.
 *
 * <pre>
 *   pass 1:  moments of x under batch normalisation
 *   running' = (1 - momentum) running + momentum (mean, unbiased variance)
 *   pass 2:  normalise with running'
 * </pre>
 *
 * State: {@code norm.running} float {@code [streams, 2, channels of all layers]}, means then
 * variances.
 */
public final class UseRunningStatistics implements NormalizationStatistics {
  private final Graph network;
  private final Double momentum;
  private final List<String> means = new ArrayList<>();
  private final List<String> variances = new ArrayList<>();
  private final List<String> stopGradients = new ArrayList<>();
  private StreamAxis streams;

  /**
   * Follows the stream.
   *
   * @param network the network whose first pass is emitted
   * @param momentum share of a batch, in (0, 1]; null for each layer's own
   */
  public UseRunningStatistics(Graph network, Double momentum) {
    this.network = network;
    this.momentum = momentum;
  }

  @Override
  public void before(GraphBuilder graph, StreamAxis axis, List<NormalizationLayer> layers) {
    streams = axis;
    RunningState running = new RunningState(graph, layers);
    FirstPass pass = new FirstPass();
    List<NormalizationLayer> copies = pass.emit(graph, layers);
    List<String> nextMeans = new ArrayList<>();
    List<String> nextVariances = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      double m = momentum == null ? layers.get(i).momentum() : momentum;
      BatchMoments batch = pass.moments.get(i);
      String unbiased = batch.unbiasedVariance(graph, streams, copies.get(i));
      nextMeans.add(running.follow(running.mean(i), batch.mean(), m));
      nextVariances.add(running.follow(running.variance(i), unbiased, m));
      means.add(graph.matMul(streams.membership(), nextMeans.get(i)));
      variances.add(graph.matMul(streams.membership(), nextVariances.get(i)));
    }
    running.write(nextMeans, nextVariances);
    stopGradients.addAll(means);
    stopGradients.addAll(variances);
  }

  @Override
  public void normalize(GraphBuilder graph, NormalizationLayer layer, int index) {
    LayerEmitter.normalize(graph, layer, means.get(index), variances.get(index));
  }

  /** The statistics: the reference code's prediction pass sees them as numbers. */
  @Override
  public List<String> stopGradients() {
    return stopGradients;
  }

  /** The network under batch statistics, under other names, up to its last layer. */
  private final class FirstPass implements NormalizationStatistics {
    private final Map<String, String> names = new HashMap<>();
    private final List<BatchMoments> moments = new ArrayList<>();

    List<NormalizationLayer> emit(GraphBuilder graph, List<NormalizationLayer> layers) {
      List<Node> copies = new ArrayList<>();
      for (Node node : network.nodes()) {
        Node read =
            node.withInputs(
                node.inputs().stream().map(name -> names.getOrDefault(name, name)).toList());
        List<String> outputs = new ArrayList<>();
        for (String output : node.outputs()) {
          String copy = output.isEmpty() ? "" : graph.fresh("first/" + output);
          names.put(output, copy);
          outputs.add(copy);
        }
        String name = node.name().isEmpty() ? "" : "first/" + node.name();
        copies.add(read.withName(name).withOutputs(outputs));
      }
      List<NormalizationLayer> copiedLayers = layers.stream().map(this::copy).toList();
      Graph copied =
          new Graph(
              network.name(),
              network.inputs(),
              List.of(),
              copies,
              network.initializers(),
              Map.of());
      ReplaceNormalization.walk(graph, copied, copiedLayers, this, graph::add);
      return copiedLayers;
    }

    private NormalizationLayer copy(NormalizationLayer layer) {
      Node node = layer.node();
      Node copied =
          node.withInputs(
                  node.inputs().stream().map(name -> names.getOrDefault(name, name)).toList())
              .withOutputs(node.outputs().stream().map(names::get).toList());
      return new NormalizationLayer(
          copied,
          layer.offset(),
          layer.scale(),
          layer.bias(),
          layer.mean(),
          layer.variance(),
          layer.epsilon(),
          layer.momentum(),
          layer.spatialRank(),
          layer.parameters());
    }

    @Override
    public void normalize(GraphBuilder graph, NormalizationLayer layer, int index) {
      BatchMoments batch = BatchMoments.emit(graph, streams, layer.input());
      moments.add(batch);
      LayerEmitter.normalize(
          graph,
          layer,
          graph.matMul(streams.membership(), batch.mean()),
          graph.matMul(streams.membership(), batch.variance(graph)));
    }
  }
}
