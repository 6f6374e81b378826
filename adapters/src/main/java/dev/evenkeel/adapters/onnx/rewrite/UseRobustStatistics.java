package dev.evenkeel.adapters.onnx.rewrite;

import java.util.ArrayList;
import java.util.List;

/**
 * Normalises with running statistics that only learning passes move, before they use them (RoTTA's
 * robust batch normalisation, arXiv 2303.13899; biased variance as its code has it). The gradient
 * flows through the batch's share.
 *
 * <pre>
 *   learning:   running' = (1 - momentum) running + momentum (mean, variance); normalise with it
 *   predicting: normalise with running
 * </pre>
 *
 * <p>State: {@link RunningState}.
 */
public final class UseRobustStatistics implements NormalizationStatistics {
  private final double momentum;
  private final boolean learning;
  private final List<String> nextMeans = new ArrayList<>();
  private final List<String> nextVariances = new ArrayList<>();
  private StreamAxis streams;
  private RunningState running;

  /**
   * Follows learning passes.
   *
   * @param momentum share of a batch, in (0, 1]
   * @param learning whether the graph is one that learns
   */
  public UseRobustStatistics(double momentum, boolean learning) {
    this.momentum = momentum;
    this.learning = learning;
  }

  @Override
  public void before(GraphBuilder graph, StreamAxis axis, List<NormalizationLayer> layers) {
    streams = axis;
    running = new RunningState(graph, layers);
  }

  @Override
  public void normalize(GraphBuilder graph, NormalizationLayer layer, int index) {
    String mean = running.mean(index);
    String variance = running.variance(index);
    if (learning) {
      BatchMoments batch = BatchMoments.emit(graph, streams, layer.input());
      mean = running.follow(mean, batch.mean(), momentum);
      variance = running.follow(variance, batch.variance(graph), momentum);
      nextMeans.add(mean);
      nextVariances.add(variance);
    }
    LayerEmitter.normalize(
        graph,
        layer,
        graph.matMul(streams.membership(), mean),
        graph.matMul(streams.membership(), variance));
  }

  @Override
  public void after(GraphBuilder graph) {
    if (learning) {
      running.write(nextMeans, nextVariances);
    }
  }
}
