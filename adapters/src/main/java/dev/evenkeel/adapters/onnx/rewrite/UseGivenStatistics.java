package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * Normalises with statistics that come with each call, and tells the moments of each sample, so
 * that whoever gives the statistics can make the next ones.
 *
 * <pre>
 *   x -> (x - mean) / sqrt(variance + epsilon) * scale + bias
 *   x -> mean and mean square over the positions of each sample
 * </pre>
 *
 * <p>State: {@link RunningState}, which no pass writes.
 */
public final class UseGivenStatistics implements NormalizationStatistics {
  /** Graph output, float {@code [batch, channels of all layers]}: means over the positions. */
  public static final String MEANS = "sample.means";

  /** Graph output, float {@code [batch, channels of all layers]}: mean squares. */
  public static final String SQUARES = "sample.squares";

  private final List<String> means = new ArrayList<>();
  private final List<String> squares = new ArrayList<>();
  private StreamAxis streams;
  private RunningState given;
  private int channels;

  @Override
  public void before(GraphBuilder graph, StreamAxis axis, List<NormalizationLayer> layers) {
    streams = axis;
    given = new RunningState(graph, layers);
    channels = layers.stream().mapToInt(NormalizationLayer::channels).sum();
  }

  @Override
  public void normalize(GraphBuilder graph, NormalizationLayer layer, int index) {
    means.add(LayerEmitter.positionMean(graph, layer.input()));
    squares.add(LayerEmitter.positionMeanSquare(graph, layer.input()));
    LayerEmitter.normalize(
        graph,
        layer,
        graph.matMul(streams.membership(), given.mean(index)),
        graph.matMul(streams.membership(), given.variance(index)));
  }

  @Override
  public void after(GraphBuilder graph) {
    tell(graph, means, MEANS);
    tell(graph, squares, SQUARES);
  }

  private void tell(GraphBuilder graph, List<String> perLayer, String name) {
    graph.rename(graph.concat(1, perLayer), name);
    graph.output(Value.of(name, ElementType.FLOAT32, StreamAxis.BATCH, Dimension.of(channels)));
  }
}
