package dev.evenkeel.adapters.tta.optimizer;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an optimiser remembers between steps. Treat the arrays as constants.
 *
 * @param steps steps taken before, at least 0
 * @param vectors the optimiser's own vectors by name, each as long as the parameters; empty before
 *     the first step
 */
public record OptimizerState(long steps, SortedMap<String, float[]> vectors) {
  public static final OptimizerState INITIAL = new OptimizerState(0, new TreeMap<>());

  public OptimizerState {
    if (steps < 0 || (steps == 0 && !vectors.isEmpty())) {
      throw new IllegalArgumentException(
          "Optimiser state after " + steps + " steps with the vectors " + vectors.keySet());
    }
    vectors = Collections.unmodifiableSortedMap(new TreeMap<>(vectors));
  }

  /** The state after one more step. */
  OptimizerState next(Map<String, float[]> changed) {
    return new OptimizerState(steps + 1, new TreeMap<>(changed));
  }

  /** That vector, zeros before the first step. */
  float[] vector(String name, int length) {
    return steps == 0 ? new float[length] : vectors.get(name);
  }

  /** Refuses what does not fit a step of an optimiser with vectors of these names. */
  void check(float[] parameters, float[] gradient, double learningRate, String... names) {
    if (gradient.length != parameters.length) {
      throw new IllegalArgumentException(
          "Gradient of length " + gradient.length + " for " + parameters.length + " parameters");
    }
    if (!(learningRate >= 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Learning rate " + learningRate + ", expected a finite number of at least 0");
    }
    SortedSet<String> expected = new TreeSet<>(Arrays.asList(names));
    if (steps > 0 && !vectors.keySet().equals(expected)) {
      throw new IllegalArgumentException(
          "Optimiser state has the vectors " + vectors.keySet() + ", expected " + expected);
    }
    vectors.forEach(
        (name, vector) -> {
          if (vector.length != parameters.length) {
            throw new IllegalArgumentException(
                "Optimiser vector '"
                    + name
                    + "' has length "
                    + vector.length
                    + " for "
                    + parameters.length
                    + " parameters");
          }
        });
  }
}
