package dev.evenkeel.adapters.drift;

import java.util.Arrays;

/**
 * Keeps a window of values as long as its older and newer parts agree on the mean, in exponentially
 * growing buckets. Where a cut shows two means, the older part is dropped and an alarm raised. The
 * bound is that of Bernstein with the variance of the window. Bifet and Gavalda, "Learning from
 * time-changing data with adaptive windowing", SDM 2007, section 3.
 *
 * @param confidence that a window without a change is cut, in (0, 1)
 */
public record Adwin(double confidence) implements ChangeDetector {
  private static final int BUCKETS_OF_A_SIZE = 5;
  private static final int LEAST_PART = 5;

  /** Numbers of a bucket: how many values, their sum, the sum of their squares. */
  private static final int WIDTH = 3;

  public Adwin {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "ADWIN with confidence " + confidence + ", expected a number between 0 and 1");
    }
  }

  @Override
  public String name() {
    return "adwin";
  }

  /** An expected mean is of no use to a test that compares parts of a window. */
  @Override
  public double[] start(double expected) {
    return new double[0];
  }

  @Override
  public Detection next(double[] state, double value) {
    double[] buckets = Arrays.copyOf(state, state.length + WIDTH);
    buckets[state.length] = 1;
    buckets[state.length + 1] = value;
    buckets[state.length + 2] = value * value;
    buckets = compressed(buckets);
    boolean alarm = false;
    Cut worst = worstCut(buckets);
    Cut first = worst;
    while (worst.excess() > 0) {
      if (!alarm) {
        first = worst;
      }
      alarm = true;
      buckets = Arrays.copyOfRange(buckets, WIDTH, buckets.length);
      worst = worstCut(buckets);
    }
    return new Detection(buckets, alarm, first.difference, first.bound);
  }

  /** Oldest first; where there are too many of a size, the two oldest of them become one. */
  private static double[] compressed(double[] buckets) {
    double[] merged = buckets;
    double size = 1;
    int count = 0;
    for (int at = merged.length - WIDTH; at >= 0; at -= WIDTH) {
      if (merged[at] != size) {
        size = merged[at];
        count = 0;
      }
      if (++count > BUCKETS_OF_A_SIZE) {
        for (int i = 0; i < WIDTH; i++) {
          merged[at + i] += merged[at + WIDTH + i];
        }
        System.arraycopy(
            merged, at + 2 * WIDTH, merged, at + WIDTH, merged.length - at - 2 * WIDTH);
        merged = Arrays.copyOf(merged, merged.length - WIDTH);
        size = merged[at];
        // Those of the doubled size that came before are counted as the loop goes on.
        count = 1;
      }
    }
    return merged;
  }

  private record Cut(double difference, double bound) {
    double excess() {
      return difference - bound;
    }
  }

  private Cut worstCut(double[] buckets) {
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (int at = 0; at < buckets.length; at += WIDTH) {
      count += buckets[at];
      sum += buckets[at + 1];
      squares += buckets[at + 2];
    }
    double variance = Math.max(squares / count - sum / count * (sum / count), 0);
    double surprise = Math.log(2 * Math.log(Math.max(count, 3)) / confidence);
    Cut worst = new Cut(0, Double.MAX_VALUE);
    double older = 0;
    double olderSum = 0;
    for (int at = 0; at + WIDTH < buckets.length; at += WIDTH) {
      older += buckets[at];
      olderSum += buckets[at + 1];
      double newer = count - older;
      if (older >= LEAST_PART && newer >= LEAST_PART) {
        double share = 1 / older + 1 / newer;
        Cut cut =
            new Cut(
                Math.abs(olderSum / older - (sum - olderSum) / newer),
                Math.sqrt(2 * share * variance * surprise) + 2.0 / 3 * share * surprise);
        worst = cut.excess() > worst.excess() ? cut : worst;
      }
    }
    return worst;
  }
}
