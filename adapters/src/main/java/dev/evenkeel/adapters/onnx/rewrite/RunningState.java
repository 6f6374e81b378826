package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * Running means and variances of all layers as a state tensor: float {@code [streams, 2, channels
 * of all layers]}, means then variances.
 */
public final class RunningState {
  /** Graph input and, with {@link #NEXT}, output. */
  public static final String STATE = "state.running";

  public static final String NEXT = "next.running";

  private final GraphBuilder graph;
  private final int total;
  private final List<String> means;
  private final List<String> variances;

  /** Emits the input and takes it apart. */
  RunningState(GraphBuilder graph, List<NormalizationLayer> layers) {
    this.graph = graph;
    total = layers.stream().mapToInt(NormalizationLayer::channels).sum();
    graph.input(value(STATE));
    long[] sizes = layers.stream().mapToLong(NormalizationLayer::channels).toArray();
    List<String> halves = graph.split(STATE, 1, 1, 1);
    means = graph.split(graph.reshape(halves.get(0), -1, total), 1, sizes);
    variances = graph.split(graph.reshape(halves.get(1), -1, total), 1, sizes);
  }

  /** {@code [streams, channels]} of a layer, before the batch. */
  String mean(int layer) {
    return means.get(layer);
  }

  /** {@code [streams, channels]} of a layer, before the batch. */
  String variance(int layer) {
    return variances.get(layer);
  }

  /** {@code (1 - momentum) running + momentum batch}. */
  String follow(String running, String batch, double momentum) {
    return graph.add(
        graph.mul(running, graph.scalar(1 - momentum)), graph.mul(batch, graph.scalar(momentum)));
  }

  /** Emits the output from what each layer has after the batch. */
  void write(List<String> nextMeans, List<String> nextVariances) {
    List<String> all = new ArrayList<>(nextMeans);
    all.addAll(nextVariances);
    graph.rename(graph.reshape(graph.concat(1, all), -1, 2, total), NEXT);
    graph.output(value(NEXT));
  }

  private Value value(String name) {
    return Value.of(
        name, ElementType.FLOAT32, StreamAxis.STREAMS, Dimension.of(2), Dimension.of(total));
  }
}
