package dev.evenkeel.adapters.tta;

/**
 * Random numbers as a function of (seed, counter): nothing to checkpoint but two numbers, and the
 * same on every platform. SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) over the counter.
 */
public final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long seed;
  private long counter;

  public CounterRandom(long seed, long counter) {
    this.seed = seed;
    this.counter = counter;
  }

  public long counter() {
    return counter;
  }

  public long nextLong() {
    counter++;
    return mix(mix(seed) + counter * GOLDEN_GAMMA);
  }

  /** Uniform in [0, 1). */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /**
   * Uniform in 0, ..., bound - 1; takes one number. The top bits of a 64-bit product: for bounds
   * below 2^31 the bias is under 2^-32.
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("Bound " + bound + ", expected at least 1");
    }
    return (int) Math.multiplyHigh(nextLong() >>> 1, (long) bound << 1);
  }

  /** A uniform permutation of 0, ..., size - 1, by Fisher and Yates; takes size - 1 numbers. */
  public int[] permutation(int size) {
    int[] permutation = new int[size];
    for (int i = 0; i < size; i++) {
      int other = i == 0 ? 0 : nextInt(i + 1);
      permutation[i] = permutation[other];
      permutation[other] = i;
    }
    return permutation;
  }

  /** Standard normal, by Box and Muller; takes two numbers. StrictMath keeps platforms equal. */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
