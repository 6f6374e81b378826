package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far states of a program lie from one another, in what answers: parameters, statistics and the
 * label distribution. Each entry counts relative to its Euclidean norm at the source, so that large
 * variances do not hide small means; entries of norm 0 count as they are.
 *
 * <pre>
 *   distance(a, b)^2 = sum over entries of |a - b|^2 / |source|^2
 * </pre>
 *
 * <p>A sketch of a state is small, and the distance of two sketches estimates that of their states
 * with a standard deviation of 4 % (CountSketch: Charikar, Chen and Farach-Colton, ICALP 2002; as
 * an estimate of norms: Alon, Matias and Szegedy, STOC 1996).
 */
public final class StateMovement {
  /** Floats of a sketch: its squared distances have a relative variance of 2 over this. */
  public static final int SKETCH_SIZE = 256;

  private final Map<String, Tensor> source = new TreeMap<>();
  private final Map<String, Double> weights = new TreeMap<>();

  /**
   * @param source state that every stream starts from
   */
  public StateMovement(StateDict source) {
    source
        .entries()
        .forEach(
            (name, tensor) -> {
              if (counts(name, tensor)) {
                double norm = norm(tensor.toDoubles());
                this.source.put(name, tensor);
                weights.put(name, norm > 0 ? 1 / norm : 1);
              }
            });
  }

  private static boolean counts(String name, Tensor tensor) {
    boolean answers =
        name.startsWith("affine.") || name.startsWith("norm.") || name.equals("labelshift.prior");
    return answers
        && (tensor.type() == ElementType.FLOAT32 || tensor.type() == ElementType.FLOAT64);
  }

  /** Distance of a state to the source. */
  public double fromSource(StateDict state) {
    double sum = 0;
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      double[] there = source.get(weight.getKey()).toDoubles();
      double[] here = entry(state, weight.getKey(), there.length);
      for (int i = 0; i < here.length; i++) {
        double change = (here[i] - there[i]) * weight.getValue();
        sum += change * change;
      }
    }
    return Math.sqrt(sum);
  }

  /** A summary of a state, {@code [SKETCH_SIZE]}. */
  public float[] sketch(StateDict state) {
    double[] sums = new double[SKETCH_SIZE];
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      double[] values = entry(state, weight.getKey(), source.get(weight.getKey()).size());
      long stream = mix(weight.getKey().hashCode());
      for (int i = 0; i < values.length; i++) {
        long hash = mix(stream + i);
        double value = values[i] * weight.getValue();
        sums[(int) (hash & (SKETCH_SIZE - 1))] += (hash & SKETCH_SIZE) == 0 ? value : -value;
      }
    }
    float[] sketch = new float[SKETCH_SIZE];
    for (int i = 0; i < sketch.length; i++) {
      sketch[i] = (float) sums[i];
    }
    return sketch;
  }

  /** Estimated distance of the states of two sketches. */
  public static double between(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double change = (double) a[i] - b[i];
      sum += change * change;
    }
    return Math.sqrt(sum);
  }

  private static double[] entry(StateDict state, String name, int size) {
    double[] values = state.get(name).toDoubles();
    if (values.length != size) {
      throw new IllegalArgumentException(
          "State entry '%s' has %d values, expected %d; is it of another program?"
              .formatted(name, values.length, size));
    }
    return values;
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  /** The finaliser of SplitMix64: equal bits in, unrelated bits out. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
