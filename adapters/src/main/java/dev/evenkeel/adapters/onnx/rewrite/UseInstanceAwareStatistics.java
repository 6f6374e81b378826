package dev.evenkeel.adapters.onnx.rewrite;

import java.util.ArrayList;
import java.util.List;

/**
 * Normalises with base statistics, corrected by each sample's own where those lie too far off to be
 * chance (NOTE's instance-aware batch normalisation, arXiv 2208.05117; unbiased variances as its
 * code has them).
 *
 * <pre>
 *   mean     = mb + shrink(mi - mb, k sqrt((vb + eps) / L))
 *   variance = max(0, vb + shrink(vi - vb, k (vb + eps) sqrt(2 / (L - 1))))
 *   shrink(a, t) = sign(a) max(|a| - t, 0)
 * </pre>
 *
 * <p>with L positions. Predicting, the base is the running statistics; learning, it is the batch's
 * and the running ones follow it. A layer with one position keeps its base: there is no instance
 * variance. State: {@link RunningState}.
 */
public final class UseInstanceAwareStatistics implements NormalizationStatistics {
  private final double width;
  private final double momentum;
  private final boolean learning;
  private final List<String> nextMeans = new ArrayList<>();
  private final List<String> nextVariances = new ArrayList<>();
  private StreamAxis streams;
  private RunningState running;

  /**
   * Corrects beyond a width.
   *
   * @param width k, in standard deviations of an instance statistic, at least 0
   * @param momentum share of a batch in the running statistics, in (0, 1]
   * @param learning whether the graph is one that learns
   */
  public UseInstanceAwareStatistics(double width, double momentum, boolean learning) {
    this.width = width;
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
    String instanceMean = LayerEmitter.positionMean(graph, layer.input());
    String instanceSquare = LayerEmitter.positionMeanSquare(graph, layer.input());
    String mean = running.mean(index);
    String variance = running.variance(index);
    if (learning) {
      BatchMoments batch =
          new BatchMoments(
              graph.matMul(streams.averaging(), instanceMean),
              graph.matMul(streams.averaging(), instanceSquare));
      String unbiased = batch.unbiasedVariance(graph, streams, layer);
      nextMeans.add(running.follow(mean, batch.mean(), momentum));
      nextVariances.add(running.follow(variance, unbiased, momentum));
      mean = batch.mean();
      variance = unbiased;
    }
    correct(
        graph,
        layer,
        graph.matMul(streams.membership(), mean),
        graph.matMul(streams.membership(), variance),
        instanceMean,
        LayerEmitter.variance(graph, instanceMean, instanceSquare));
  }

  private void correct(
      GraphBuilder graph,
      NormalizationLayer layer,
      String mean,
      String variance,
      String instanceMean,
      String biased) {
    String positions = LayerEmitter.positions(graph, layer);
    String beyondFirst = graph.sub(positions, graph.scalar(1));
    // One position: the correction is multiplied by zero, and the divisor must not be.
    String counts = graph.op("Min", "counts", beyondFirst, graph.scalar(1));
    String degrees = graph.op("Max", "degrees", beyondFirst, graph.scalar(1));
    String instanceVariance = graph.mul(biased, graph.div(positions, degrees));

    String stable = graph.add(variance, graph.scalar(layer.epsilon()));
    String meanWidth =
        graph.mul(graph.op("Sqrt", "deviation", graph.div(stable, positions)), graph.scalar(width));
    String spread = graph.op("Sqrt", "spread", graph.div(graph.scalar(2), degrees));
    String varianceWidth = graph.mul(stable, graph.mul(spread, graph.scalar(width)));
    String meanShift = shrink(graph, graph.sub(instanceMean, mean), meanWidth);
    String varianceShift = shrink(graph, graph.sub(instanceVariance, variance), varianceWidth);
    LayerEmitter.normalize(
        graph,
        layer,
        graph.add(mean, graph.mul(meanShift, counts)),
        graph.op("Relu", "variance", graph.add(variance, graph.mul(varianceShift, counts))));
  }

  private static String shrink(GraphBuilder graph, String distance, String width) {
    String bounded =
        graph.op(
            "Max",
            "bounded",
            graph.op("Min", "bounded", distance, width),
            graph.op("Neg", "width", width));
    return graph.sub(distance, bounded);
  }

  @Override
  public void after(GraphBuilder graph) {
    if (learning) {
      running.write(nextMeans, nextVariances);
    }
  }
}
