package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Random;

/**
 * Random tensors, the same for the same seed. The seed is the system property {@code
 * evenkeel.seed}, else a fixed number; put {@link #toString()} into assertion messages so that a
 * failure can be replayed.
 */
public final class RandomTensors {
  private static final long DEFAULT_SEED = 2020;

  private final long seed;
  private final Random random;

  private RandomTensors(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  public static RandomTensors seeded() {
    return new RandomTensors(Long.getLong("evenkeel.seed", DEFAULT_SEED));
  }

  /** Standard normal floats. */
  public Tensor normal(long... shape) {
    float[] values = new float[elements(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(Shape.of(shape), values);
  }

  /** Floats in {@code [low, high)}. */
  public Tensor uniform(double low, double high, long... shape) {
    float[] values = new float[elements(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return Tensor.ofFloats(Shape.of(shape), values);
  }

  /** 64-bit integers in {@code [low, high)}. */
  public Tensor integers(int low, int high, long... shape) {
    long[] values = new long[elements(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(low, high);
    }
    return Tensor.ofLongs(Shape.of(shape), values);
  }

  public Tensor booleans(long... shape) {
    boolean[] values = new boolean[elements(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextBoolean();
    }
    return Tensor.ofBooleans(Shape.of(shape), values);
  }

  /** The generator itself, for other random choices of the same test. */
  public Random random() {
    return random;
  }

  @Override
  public String toString() {
    return "replay with -Devenkeel.seed=" + seed;
  }

  private static int elements(long... shape) {
    return Math.toIntExact(Shape.of(shape).size());
  }
}
