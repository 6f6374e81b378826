package dev.evenkeel.adapters.onnx.interpreter;

import java.util.List;

/** Normalisations over {@code [batch, channels, spatial...]} or the last axes. */
final class Normalizations {
  private Normalizations() {}

  /** Stored statistics; in training mode those of the batch, and the running ones beside. */
  static List<Array> batchNormalization(Call call) {
    Array x = call.input(0);
    Array mean = call.input(3);
    Array variance = call.input(4);
    if (!call.flag("training_mode", false)) {
      return List.of(perChannel(call, x, mean, variance));
    }
    boolean[] chosen = Positions.from(0, x.rank());
    chosen[1] = false;
    Array batchMean = Reductions.reduce(x, chosen, Reductions::mean).reshape(mean.size());
    Array batchVariance = variance(x, chosen).reshape(mean.size());
    double momentum = call.number("momentum", 0.9f);
    return List.of(
        perChannel(call, x, batchMean, batchVariance),
        Elementwise.combine(mean, batchMean, (a, b) -> a * momentum + b * (1 - momentum)),
        Elementwise.combine(variance, batchVariance, (a, b) -> a * momentum + b * (1 - momentum)));
  }

  static Array instanceNormalization(Call call) {
    Array x = call.input(0);
    return affine(standardize(x, Positions.from(2, x.rank()), epsilon(call)), call);
  }

  /** Scale and bias per channel, or per group before opset 21. */
  static Array groupNormalization(Call call) {
    Array x = call.input(0);
    int groups = (int) call.integer("num_groups", 1);
    int[] grouped = {x.dimension(0), groups, x.size() / x.dimension(0) / groups};
    Array normal = standardize(x.reshape(grouped), Positions.from(2, 3), epsilon(call));
    return affine(normal.reshape(x.shape()), call);
  }

  /** The normalised value, the mean and the inverse deviation. */
  static List<Array> layerNormalization(Call call) {
    Array x = call.input(0);
    boolean[] chosen = Positions.from(call.axis("axis", -1, x.rank()), x.rank());
    double epsilon = epsilon(call);
    Array mean = Reductions.reduce(x, chosen, Reductions::mean);
    Array inverse = variance(x, chosen).map(v -> 1 / Math.sqrt(v + epsilon));
    Array normal =
        Elementwise.combine(
            Elementwise.combine(x, mean, (a, m) -> a - m), inverse, (a, s) -> a * s);
    Array scaled = Elementwise.combine(normal, call.input(1), (a, scale) -> a * scale);
    Array y = call.has(2) ? Elementwise.combine(scaled, call.input(2), Double::sum) : scaled;
    return List.of(y, mean, inverse);
  }

  /** Divides by the norm over an axis; a zero vector stays zero. */
  static Array unitLength(Call call) {
    Array x = call.input(0);
    boolean[] chosen = new boolean[x.rank()];
    chosen[call.axis("axis", -1, x.rank())] = true;
    long p = call.integer("p", 2);
    Array norms = Reductions.reduce(x, chosen, group -> Reductions.norm(p, group));
    return Elementwise.combine(x, norms, (a, norm) -> norm == 0 ? 0 : a / norm);
  }

  private static Array perChannel(Call call, Array x, Array mean, Array variance) {
    double epsilon = epsilon(call);
    Array scale = call.input(1);
    Array bias = call.input(2);
    return Array.build(
        x.type(),
        x.shape(),
        at -> {
          int c = at[1];
          double deviation = Math.sqrt(variance.value(c) + epsilon);
          return (x.at(at) - mean.value(c)) / deviation * scale.value(c) + bias.value(c);
        });
  }

  private static Array affine(Array x, Call call) {
    Array scale = call.input(1);
    Array bias = call.input(2);
    int channelsPerScale = x.dimension(1) / scale.size();
    return Array.build(
        x.type(),
        x.shape(),
        at ->
            x.at(at) * scale.value(at[1] / channelsPerScale)
                + bias.value(at[1] / channelsPerScale));
  }

  private static Array standardize(Array x, boolean[] chosen, double epsilon) {
    Array mean = Reductions.reduce(x, chosen, Reductions::mean);
    Array centred = Elementwise.combine(x, mean, (a, m) -> a - m);
    return Elementwise.combine(centred, variance(x, chosen), (a, v) -> a / Math.sqrt(v + epsilon));
  }

  /** The biased variance. */
  private static Array variance(Array x, boolean[] chosen) {
    Array mean = Reductions.reduce(x, chosen, Reductions::mean);
    Array squares = Elementwise.combine(x, mean, (a, m) -> (a - m) * (a - m));
    return Reductions.reduce(squares, chosen, Reductions::mean);
  }

  private static double epsilon(Call call) {
    return call.number("epsilon", 1e-5f);
  }
}
