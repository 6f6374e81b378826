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
import java.util.Optional;
import java.util.TreeMap;

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
 * <p>No tensor {@code [batch, K, channels]} is made, and the network runs few operators, whose
 * number is what a step of one sample costs. With mean squares {@code q} of the sample and {@code E
 * = V + M^2} of the components, the mixtures are linear in {@code p}, which sums to 1, but for what
 * the authors leave out of the variance:
 *
 * <pre>
 *   K * mean        = m + sum_k p_k (sum_j M_j - M_k)
 *   K * mean square = q + sum_k p_k (sum_j E_j - E_k) - sum_k p_k (1 - p_k) (m - M_k)^2
 * </pre>
 *
 * <p>The first two parts are one matrix product onto {@code [m | q]}, the third is {@code m (r 2M -
 * m sum r) - r M^2} with {@code r = p (1 - p)}, another product. The variance is the mean square
 * less the mean's square; that loses no more digits than {@code v = q - m^2}. Streams lie side by
 * side as {@code streams x K} components, those of other streams with p = 0.
 *
 * <p>State, one tensor per channel width: float {@code [streams, layers, K, 2 * channels]}, means
 * then variances.
 */
public final class UseUnMixTnsStatistics implements NormalizationStatistics {
  /** Added to similarities with components of other streams: their softmax is exactly zero. */
  private static final float OTHER_STREAM = -1e9f;

  private static final String ASSIGNMENTS = "assignments.c";

  private final int components;
  private final double temperature;
  private final double referenceBatch;
  private final Double momentum;
  private final boolean withinComponentTerm;
  private final boolean momentumCount;
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
   * @param momentumCount whether momenta reckon with {@link StreamAxis#MOMENTUM_COUNT}, a graph
   *     input of its own
   */
  public UseUnMixTnsStatistics(
      int components,
      double temperature,
      double referenceBatch,
      Double momentum,
      boolean withinComponentTerm,
      boolean momentumCount) {
    this.components = components;
    this.temperature = temperature;
    this.referenceBatch = referenceBatch;
    this.momentum = momentum;
    this.withinComponentTerm = withinComponentTerm;
    this.momentumCount = momentumCount;
  }

  /** Name of the state tensor of the layers of one width; {@link #next} names its successor. */
  public static String state(int channels) {
    return "state.c" + channels;
  }

  public static String next(int channels) {
    return "next.c" + channels;
  }

  /** Whether a graph output holds {@link #assignments}. */
  public static boolean isAssignments(String output) {
    return output.startsWith(ASSIGNMENTS);
  }

  /**
   * Name of the assignments {@code p} in the layers of one width, float {@code [batch, layers *
   * streams * K]}: the step computes them anyway, so telling them costs nothing unless they are
   * asked for.
   */
  private static String assignments(int channels) {
    return ASSIGNMENTS + channels;
  }

  /** Layers of equal width, whose state and products are stacked. */
  private static final class Group {
    final int channels;
    final List<NormalizationLayer> layers = new ArrayList<>();
    final List<String> assignments = new ArrayList<>();
    final List<String> moments = new ArrayList<>();
    String old;
    List<String> directions;
    List<String> others;
    List<String> spreads;

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

  /** Emits what a group's layers read: unit-length means and the matrices of both products. */
  private void prepare(GraphBuilder graph, Group group) {
    int c = group.channels;
    graph.input(stateValue(state(c), group));
    group.old = graph.transpose(state(c), 1, 0, 2, 3);
    List<String> halves = graph.split(group.old, 3, c, c);
    String m = halves.get(0);
    String squares = graph.mul(m, m);
    group.directions = perLayer(graph, group, unitLength(graph, m), c);
    String moments = graph.concat(3, List.of(m, graph.add(halves.get(1), squares)));
    String total = graph.add(graph.sum(moments, 2), scaledEpsilons(graph, group));
    group.others = perLayer(graph, group, graph.sub(total, moments), 2L * c);
    if (!withinComponentTerm) {
      String share = graph.scalar(1.0 / components);
      String zeros = graph.mul(graph.mean(m, 3), graph.scalar(0));
      List<String> columns =
          List.of(
              graph.mul(m, graph.scalar(2.0 / components)),
              graph.mul(squares, share),
              graph.add(zeros, share));
      group.spreads = perLayer(graph, group, graph.concat(3, columns), 2 * c + 1);
    }
  }

  /** Cuts {@code [layers, streams, K, width]} into a matrix {@code [streams K, width]} a layer. */
  private static List<String> perLayer(
      GraphBuilder graph, Group group, String stacked, long width) {
    return graph.splitEvenly(graph.reshape(stacked, -1, width), group.layers.size());
  }

  /** K times epsilon in the columns of the mean squares, {@code [layers, 1, 1, 2 channels]}. */
  private String scaledEpsilons(GraphBuilder graph, Group group) {
    int c = group.channels;
    int layers = group.layers.size();
    float[] values = new float[layers * 2 * c];
    for (int i = 0; i < layers; i++) {
      float scaled = components * group.layers.get(i).epsilon();
      Arrays.fill(values, (2 * i + 1) * c, (2 * i + 2) * c, scaled);
    }
    return graph.constant(Tensor.ofFloats(Shape.of(layers, 1, 1, 2L * c), values));
  }

  @Override
  public void normalize(GraphBuilder graph, NormalizationLayer layer, int index) {
    Slot slot = slots.get(index);
    Group group = slot.group();
    int c = group.channels;
    String moments = moments(graph, layer.input());
    String m = graph.split(moments, 1, c, c).get(0);
    String similarity =
        graph.op(
            "Gemm",
            "similarity",
            Map.of("alpha", Attribute.of((float) (1 / temperature)), "transB", Attribute.of(1L)),
            List.of(unitLength(graph, m), group.directions.get(slot.position()), otherStreams));
    String p = graph.op("Softmax", "p", Map.of("axis", Attribute.of(1L)), List.of(similarity));
    Attribute share = Attribute.of(1f / components);
    String mixed =
        graph.op(
            "Gemm",
            "mixed",
            Map.of("alpha", share, "beta", share),
            List.of(p, group.others.get(slot.position()), moments));
    List<String> columns = graph.split(mixed, 1, c, c);
    String mean = columns.get(0);
    String square = columns.get(1);
    if (!withinComponentTerm) {
      square = graph.sub(square, leftOut(graph, slot, p, m));
    }
    String variance =
        graph.op(
            "Max",
            "variance",
            LayerEmitter.variance(graph, mean, square),
            graph.scalar(layer.epsilon()));
    LayerEmitter.affine(
        graph,
        layer,
        LayerEmitter.spread(graph, mean, layer.spatialRank()),
        LayerEmitter.spread(graph, variance, layer.spatialRank()),
        1);
    group.assignments.add(p);
    group.moments.add(moments);
  }

  /**
   * Means, then mean squares, {@code [batch, 2 channels]}. They are joined as maps since ONNX
   * Runtime, which keeps those in a layout of its own, then converts once.
   */
  private static String moments(GraphBuilder graph, String x) {
    String mean = graph.op("GlobalAveragePool", "mean", x);
    String square = graph.op("GlobalAveragePool", "mean.square", graph.mul(x, x));
    return graph.op(
        "Flatten",
        "moments",
        Map.of("axis", Attribute.of(1L)),
        List.of(graph.concat(1, List.of(mean, square))));
  }

  /** {@code sum_k p_k (1 - p_k) (m - M_k)^2 / K}, {@code [batch, channels]}. */
  private String leftOut(GraphBuilder graph, Slot slot, String p, String m) {
    int c = slot.group().channels;
    String r = graph.sub(p, graph.mul(p, p));
    String product = graph.matMul(r, slot.group().spreads.get(slot.position()));
    List<String> columns = graph.split(product, 1, c, c, 1);
    String slope = graph.sub(graph.mul(columns.get(2), m), columns.get(0));
    return graph.add(graph.mul(slope, m), columns.get(1));
  }

  private static String unitLength(GraphBuilder graph, String rows) {
    return graph.op(
        "LpNormalization",
        "direction",
        Map.of("axis", Attribute.of(-1L), "p", Attribute.of(2L)),
        List.of(rows));
  }

  @Override
  public List<String> stopGradients() {
    return groups.values().stream().flatMap(group -> group.assignments.stream()).toList();
  }

  @Override
  public void after(GraphBuilder graph) {
    groups.values().forEach(group -> update(graph, group));
  }

  /** Emits a group's next state. */
  private void update(GraphBuilder graph, Group group) {
    int c = group.channels;
    int layers = group.layers.size();
    String assignments = assignments(c);
    graph.rename(graph.concat(1, group.assignments), assignments);
    graph.output(new Value(assignments, ElementType.FLOAT32, Optional.empty()));
    String p = graph.transpose(graph.reshape(assignments, 0, layers, -1), 1, 2, 0);
    String stacked =
        graph.transpose(graph.reshape(graph.concat(1, group.moments), 0, layers, 2L * c), 1, 0, 2);
    List<String> halves = graph.split(stacked, 2, c, c);
    String m = halves.get(0);
    String v = LayerEmitter.variance(graph, m, halves.get(1));
    String pull =
        graph.reshape(
            graph.matMul(p, graph.concat(2, List.of(m, v))), layers, -1, components, 2L * c);
    String weight = graph.reshape(graph.sum(p, 2), layers, -1, components, 1);
    String moved = graph.sub(pull, graph.mul(weight, group.old));

    String count = graph.reshape(streams.count(), 1, -1, 1, 1);
    String reckoned = momentumCount ? graph.reshape(streams.momentumCount(), 1, -1, 1, 1) : count;
    String kept =
        graph.op(
            "Pow",
            "kept",
            kept(graph, group),
            graph.mul(reckoned, graph.scalar(1 / referenceBatch)));
    String rate = graph.div(graph.sub(graph.scalar(1), kept), count);
    String next = graph.transpose(graph.add(group.old, graph.mul(rate, moved)), 1, 0, 2, 3);
    graph.rename(next, next(c));
    graph.output(stateValue(next(c), group));
  }

  private float momentumOf(NormalizationLayer layer) {
    return momentum == null ? layer.momentum() : momentum.floatValue();
  }

  /** What a layer keeps of its components at the reference batch, {@code [layers, 1, 1, 1]}. */
  private String kept(GraphBuilder graph, Group group) {
    float[] values = new float[group.layers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 - momentumOf(group.layers.get(i));
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
