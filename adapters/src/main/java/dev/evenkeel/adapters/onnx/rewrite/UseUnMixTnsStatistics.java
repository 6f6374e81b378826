package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Normalises each sample with a mixture of K statistic components per layer, un-mixed by similarity
 * (UnMix-TNS, arXiv 2401.08328, equations 5 to 13; authors' code followed where it differs).
 *
 * <p>For a sample with instance mean {@code m} and variance {@code v}, components {@code M, V} and
 * assignment {@code p = softmax(cos(m, M) / temperature)}:
 *
 * <pre>
 *   mean     = avg_k u_k,                        u_k = (1 - p_k) M_k + p_k m
 *   variance = avg_k w_k + avg_k u_k^2 - mean^2, w_k = (1 - p_k) V_k + p_k v
 *   M'_k     = M_k + rate * avg over samples of p_k (m - M_k),  V' likewise
 * </pre>
 *
 * <p>No tensor {@code [batch, K, channels]} is made: with {@code A = M - avg M} and {@code D = m -
 * avg M} both statistics are linear in {@code [p | p^2 | membership]}, so one matrix product per
 * layer serves all of them. The centring by {@code avg M} avoids cancellation. Streams lie side by
 * side as {@code streams x K} components, those of other streams with p = 0.
 *
 * <p>State, one tensor per channel width: float {@code [streams, layers, K, 2 * channels]}, means
 * then variances.
 */
public final class UseUnMixTnsStatistics implements NormalizationStatistics {
  /** Added to similarities with components of other streams: their softmax is exactly zero. */
  private static final float OTHER_STREAM = -1e9f;

  private final int components;
  private final double temperature;
  private final double referenceBatch;
  private final Double momentum;
  private final boolean withinComponentTerm;
  private final Map<Integer, Group> groups = new TreeMap<>();
  private final List<Slot> slots = new ArrayList<>();
  private StreamAxis streams;
  private String otherStreams;

  /**
   * Un-mixes with the given hyper-parameters.
   *
   * @param components K, at least 1
   * @param temperature of the assignment, above 0
   * @param referenceBatch batch size at which a batch moves the components by the momentum
   * @param momentum in (0, 1); null for each layer's own
   * @param withinComponentTerm whether the variance has {@code p (1 - p) (m - M)^2} too, which the
   *     authors leave out
   */
  public UseUnMixTnsStatistics(
      int components,
      double temperature,
      double referenceBatch,
      Double momentum,
      boolean withinComponentTerm) {
    this.components = components;
    this.temperature = temperature;
    this.referenceBatch = referenceBatch;
    this.momentum = momentum;
    this.withinComponentTerm = withinComponentTerm;
  }

  /** Name of the state tensor of the layers of one width; {@link #next} names its successor. */
  public static String state(int channels) {
    return "state.c" + channels;
  }

  public static String next(int channels) {
    return "next.c" + channels;
  }

  /** Layers of equal width, whose state and products are stacked. */
  private static final class Group {
    final int channels;
    final List<NormalizationLayer> layers = new ArrayList<>();
    final List<String> assignments = new ArrayList<>();
    final List<String> moments = new ArrayList<>();
    String old;
    List<String> directions;
    List<String> mixing;

    Group(int channels) {
      this.channels = channels;
    }
  }

  /** Where a layer lies: its group and the position in it. */
  private record Slot(Group group, int position) {}

  @Override
  public void before(GraphBuilder graph, StreamAxis axis, List<NormalizationLayer> layers) {
    streams = axis;
    for (NormalizationLayer layer : layers) {
      Group group = groups.computeIfAbsent(layer.channels(), Group::new);
      slots.add(new Slot(group, group.layers.size()));
      group.layers.add(layer);
    }
    String outside = graph.reshape(graph.sub(axis.membership(), graph.scalar(1)), 0, -1, 1);
    float[] penalty = new float[components];
    Arrays.fill(penalty, -OTHER_STREAM);
    otherStreams =
        graph.reshape(
            graph.mul(
                outside, graph.constant(Tensor.ofFloats(Shape.of(1, 1, components), penalty))),
            0,
            -1);
    groups.values().forEach(group -> prepare(graph, group));
  }

  /** Emits what a group's layers read: unit-length means and the mixing matrix. */
  private void prepare(GraphBuilder graph, Group group) {
    int c = group.channels;
    graph.input(stateValue(state(c), group));
    group.old = graph.transpose(state(c), 1, 0, 2, 3);
    List<String> halves = graph.split(group.old, 3, c, c);
    String directions =
        graph.op(
            "LpNormalization",
            "directions",
            Map.of("axis", Attribute.of(-1L), "p", Attribute.of(2L)),
            List.of(halves.get(0)));
    int layers = group.layers.size();
    group.directions = graph.splitEvenly(graph.reshape(directions, -1, c), layers);
    String mixing = mixing(graph, group, halves.get(0), halves.get(1));
    group.mixing = graph.splitEvenly(graph.reshape(mixing, -1, 4L * c + 1), layers);
  }

  /**
   * The matrix {@code [layers, 2 streams K + streams, 4 channels + 1]} that {@code [p | p^2 |
   * membership]} is multiplied with. Its columns, with D = m - avg M:
   *
   * <pre>
   *   center  avg M
   *   pull    p A, so that mean = avg M + (D - p A) / K
   *   slope   factor of D in K * variance
   *   level   K * variance at D = 0, without v, with epsilon
   *   curve   factor of D^2 in K * variance
   * </pre>
   */
  private String mixing(GraphBuilder graph, Group group, String m, String v) {
    String center = graph.mean(m, 2);
    String a = graph.sub(m, center);
    String aSquare = graph.mul(a, a);
    String twiceA = graph.add(a, a);
    String zero = graph.sub(a, a);
    String zeroColumn = graph.mean(zero, 3);
    String oneColumn = graph.add(zeroColumn, graph.scalar(1));
    String zeroRow = graph.sub(center, center);
    String zeroCorner = graph.mean(zeroRow, 3);
    String epsilon = perLayer(graph, group, NormalizationLayer::epsilon);
    String level =
        graph.mul(
            graph.add(graph.add(graph.mean(v, 2), graph.mean(aSquare, 2)), epsilon),
            graph.scalar(components));
    String ofP = graph.add(v, withinComponentTerm ? aSquare : graph.add(aSquare, aSquare));
    List<String> rowsOfP =
        List.of(
            zero,
            a,
            withinComponentTerm ? zero : twiceA,
            graph.op("Neg", "negative", ofP),
            zeroColumn);
    List<String> rowsOfSquare =
        withinComponentTerm
            ? List.of(zero, zero, zero, zero, zeroColumn)
            : List.of(zero, zero, graph.op("Neg", "negative", twiceA), aSquare, oneColumn);
    List<String> rowsOfMembership =
        List.of(
            center,
            zeroRow,
            zeroRow,
            level,
            withinComponentTerm ? graph.add(zeroCorner, graph.scalar(1)) : zeroCorner);
    List<String> blocks = new ArrayList<>();
    for (List<String> columns : List.of(rowsOfP, rowsOfSquare, rowsOfMembership)) {
      blocks.add(
          graph.reshape(
              graph.concat(3, columns), group.layers.size(), -1, 4L * group.channels + 1));
    }
    return graph.concat(1, blocks);
  }

  @Override
  public void normalize(GraphBuilder graph, NormalizationLayer layer, int index) {
    Slot slot = slots.get(index);
    Group group = slot.group();
    int c = group.channels;
    String m = graph.op("GlobalAveragePool", "mean", layer.input());
    String square = graph.mul(layer.input(), layer.input());
    String v =
        LayerEmitter.variance(graph, m, graph.op("GlobalAveragePool", "mean.square", square));
    String direction =
        graph.op(
            "LpNormalization",
            "direction",
            Map.of("axis", Attribute.of(-1L), "p", Attribute.of(2L)),
            List.of(graph.reshape(m, 0, c)));
    String similarity =
        graph.op(
            "Gemm",
            "similarity",
            Map.of("alpha", Attribute.of((float) (1 / temperature)), "transB", Attribute.of(1L)),
            List.of(direction, group.directions.get(slot.position()), otherStreams));
    String p = graph.op("Softmax", "p", Map.of("axis", Attribute.of(1L)), List.of(similarity));
    String mixture = graph.concat(1, List.of(p, graph.mul(p, p), streams.membership()));
    String mixed = graph.matMul(mixture, group.mixing.get(slot.position()));
    List<String> columns =
        graph.split(LayerEmitter.spread(graph, mixed, layer.spatialRank()), 1, c, c, c, c, 1);
    String center = columns.get(0);
    String d = graph.sub(m, center);
    String displaced = graph.sub(d, columns.get(1));
    String displacement = graph.mul(displaced, graph.scalar(1.0 / components));
    String quadratic =
        graph.add(
            graph.mul(graph.add(graph.mul(columns.get(4), d), columns.get(2)), d), columns.get(3));
    String variance = graph.sub(graph.add(quadratic, v), graph.mul(displaced, displacement));
    LayerEmitter.affine(
        graph,
        layer,
        graph.add(center, displacement),
        graph.op("Max", "variance", variance, graph.scalar(components * layer.epsilon())),
        Math.sqrt(components));
    group.assignments.add(p);
    group.moments.add(m);
    group.moments.add(v);
  }

  @Override
  public void after(GraphBuilder graph) {
    groups.values().forEach(group -> update(graph, group));
  }

  /** Emits a group's next state. */
  private void update(GraphBuilder graph, Group group) {
    int c = group.channels;
    int layers = group.layers.size();
    String p =
        graph.transpose(graph.reshape(graph.concat(1, group.assignments), 0, layers, -1), 1, 2, 0);
    String moments =
        graph.transpose(graph.reshape(graph.concat(1, group.moments), 0, layers, 2L * c), 1, 0, 2);
    String pull = graph.reshape(graph.matMul(p, moments), layers, -1, components, 2L * c);
    String weight = graph.reshape(graph.sum(p, 2), layers, -1, components, 1);
    String moved = graph.sub(pull, graph.mul(weight, group.old));

    String count = graph.reshape(streams.count(), 1, -1, 1, 1);
    String kept =
        graph.op(
            "Pow",
            "kept",
            perLayer(graph, group, layer -> 1 - momentumOf(layer)),
            graph.mul(count, graph.scalar(1 / referenceBatch)));
    String rate = graph.div(graph.sub(graph.scalar(1), kept), count);
    String next = graph.transpose(graph.add(group.old, graph.mul(rate, moved)), 1, 0, 2, 3);
    graph.rename(next, next(c));
    graph.output(stateValue(next(c), group));
  }

  private float momentumOf(NormalizationLayer layer) {
    return momentum == null ? layer.momentum() : momentum.floatValue();
  }

  /** A constant that differs from layer to layer, {@code [layers, 1, 1, 1]}. */
  private static String perLayer(
      GraphBuilder graph, Group group, Function<NormalizationLayer, Float> property) {
    float[] values = new float[group.layers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = property.apply(group.layers.get(i));
    }
    return graph.constant(Tensor.ofFloats(Shape.of(values.length, 1, 1, 1), values));
  }

  private Value stateValue(String name, Group group) {
    return Value.of(
        name,
        ElementType.FLOAT32,
        StreamAxis.STREAMS,
        Dimension.of(group.layers.size()),
        Dimension.of(components),
        Dimension.of(2L * group.channels));
  }
}
