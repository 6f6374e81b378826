package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.onnx.rewrite.AffineLayer;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayers;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.optimizer.OptimizerState;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where learned values lie in a state. Parameters are two entries, {@code PREFIX.scale} and {@code
 * PREFIX.bias} {@code [channels]}, and one array in memory, scales before biases.
 */
public final class LearnedState {
  /** Prefix of the parameters that are learned. */
  public static final String PARAMETERS = "affine";

  private static final String STATISTICS = "norm";
  private static final String OPTIMIZER = "optimizer";
  private static final String UPDATES = "optimizer.updates";
  private static final String RANDOM = "rng.state";

  private LearnedState() {}

  /**
   * The first state of a recipe that learns.
   *
   * @param statistics of the normalisation slot
   * @param companion name of a second network that starts equal to the first; empty for none
   */
  public static StateDict initial(
      StateDict statistics, AffineLayers affine, String companion, long seed) {
    SortedMap<String, Tensor> entries = new TreeMap<>(statistics.entries());
    entries.put(PARAMETERS + ".scale", affine.join(AffineLayer::scale));
    entries.put(PARAMETERS + ".bias", affine.join(AffineLayer::bias));
    if (!companion.isEmpty()) {
      for (String name : new TreeMap<>(entries).keySet()) {
        entries.put(companionEntry(name, companion), entries.get(name));
      }
    }
    entries.put(RANDOM, Tensor.ofLongs(Shape.of(2), seed, 0));
    return new StateDict(entries);
  }

  /** Name of the companion's counterpart of an entry: {@code norm.means, norm.teacher.means}. */
  public static String companionEntry(String name, String companion) {
    int dot = name.indexOf('.');
    return name.substring(0, dot + 1) + companion + name.substring(dot);
  }

  /** The entries beside the statistics, which live with the runtime. */
  public static StateDict withoutStatistics(StateDict state) {
    return state.without(STATISTICS + ".");
  }

  /** Scales, then biases. */
  public static float[] parameters(StateDict state, String prefix) {
    float[] scale = state.get(prefix + ".scale").toFloats();
    float[] bias = state.get(prefix + ".bias").toFloats();
    float[] joined = Arrays.copyOf(scale, scale.length + bias.length);
    System.arraycopy(bias, 0, joined, scale.length, bias.length);
    return joined;
  }

  /** The entries of parameters. */
  public static Map<String, Tensor> parameters(String prefix, float[] joined) {
    int half = joined.length / 2;
    return Map.of(
        prefix + ".scale", Tensor.ofFloats(Shape.of(half), Arrays.copyOf(joined, half)),
        prefix + ".bias",
            Tensor.ofFloats(Shape.of(half), Arrays.copyOfRange(joined, half, joined.length)));
  }

  /** What the optimiser remembers. */
  public static OptimizerState optimizer(StateDict state) {
    if (state.find(UPDATES).isEmpty()) {
      return OptimizerState.INITIAL;
    }
    SortedMap<String, float[]> vectors = new TreeMap<>();
    for (String name : state.entries().keySet()) {
      if (name.startsWith(OPTIMIZER + ".") && name.endsWith(".scale")) {
        String prefix = name.substring(0, name.length() - ".scale".length());
        vectors.put(prefix.substring(OPTIMIZER.length() + 1), parameters(state, prefix));
      }
    }
    return new OptimizerState(state.get(UPDATES).toLongs()[0], vectors);
  }

  /** The entries of what the optimiser remembers. */
  public static Map<String, Tensor> optimizer(OptimizerState optimizer) {
    SortedMap<String, Tensor> entries = new TreeMap<>();
    entries.put(UPDATES, Tensor.scalar(optimizer.steps()));
    optimizer
        .vectors()
        .forEach((name, vector) -> entries.putAll(parameters(OPTIMIZER + "." + name, vector)));
    return entries;
  }

  /** The stream's random numbers, where they were left. */
  public static CounterRandom random(StateDict state) {
    long[] seedAndCounter = state.get(RANDOM).toLongs();
    return new CounterRandom(seedAndCounter[0], seedAndCounter[1]);
  }

  /** The entry of random numbers, to be left where they are. */
  public static Map<String, Tensor> random(StateDict before, CounterRandom random) {
    long seed = before.get(RANDOM).toLongs()[0];
    return Map.of(RANDOM, Tensor.ofLongs(Shape.of(2), seed, random.counter()));
  }
}
