package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Which sample belongs to which stream, inside the graph. Streams are never mixed: every sum over
 * samples goes through {@link #membership}, which is zero for samples of other streams.
 */
public final class StreamAxis {
  /** Graph input, int64 {@code [batch]}: index of each sample's stream. */
  public static final String INDEX = "stream.index";

  /** Graph input, float {@code [streams]}: number of samples of each stream, at least 1. */
  public static final String COUNT = "stream.count";

  /**
   * Graph input of programs that ask for it, float {@code [streams]}: number of samples that
   * momenta reckon with instead of {@link #COUNT}.
   */
  public static final String MOMENTUM_COUNT = "stream.momentum-count";

  public static final Dimension BATCH = Dimension.symbol("batch");
  public static final Dimension STREAMS = Dimension.symbol("streams");

  private final GraphBuilder graph;
  private final String membership;
  private final String averaging;
  private final String count;
  private boolean hasMomentumCount;

  StreamAxis(GraphBuilder graph) {
    this.graph = graph;
    graph.input(Value.of(INDEX, ElementType.INT64, BATCH));
    graph.input(Value.of(COUNT, ElementType.FLOAT32, STREAMS));
    count = COUNT;
    String depth = graph.op("Shape", "streams", COUNT);
    membership =
        graph.op(
            "OneHot",
            "membership",
            Map.of("axis", Attribute.of(-1L)),
            List.of(INDEX, depth, graph.constant(Tensor.ofFloats(Shape.of(2), 0f, 1f))));
    averaging = graph.transpose(graph.div(membership, COUNT), 1, 0);
  }

  /** {@code [batch, streams]}: 1 where the sample belongs to the stream, else 0. */
  public String membership() {
    return membership;
  }

  /** {@code [streams, batch]}: averages over the samples of each stream. */
  public String averaging() {
    return averaging;
  }

  /** {@code [streams]}: samples of each stream. */
  public String count() {
    return count;
  }

  /** {@code [streams]}: what momenta reckon with, as a graph input of its own. */
  String momentumCount() {
    if (!hasMomentumCount) {
      hasMomentumCount = true;
      graph.input(Value.of(MOMENTUM_COUNT, ElementType.FLOAT32, STREAMS));
    }
    return MOMENTUM_COUNT;
  }
}
