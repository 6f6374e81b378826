package dev.evenkeel.adapters.drift;

import java.util.Arrays;

/**
 * Bets that the mean has left an interval around the expected one. While it has not, no bet is
 * expected to gain, so that on average it takes at least {@code 1 / falseAlarmRate} values to a
 * false alarm whatever the values' distribution on [0, 1]: the one detector here whose false alarms
 * are bounded without assumptions. The price is delay. A Shiryaev-Roberts e-detector with several
 * stakes on either side (Shin, Ramdas and Rinaldo, "E-detectors", 2023, section 2).
 *
 * @param falseAlarmRate in (0, 1)
 * @param margin half width of the interval, in (0, 0.5)
 * @param warmup values that an unknown mean is learned from, at least 1
 */
public record BettingDetector(double falseAlarmRate, double margin, int warmup)
    implements ChangeDetector {
  private static final double[] STAKES = {0.1, 0.3, 0.6, 0.9};
  private static final int COUNT = 0;
  private static final int MEAN = 1;
  private static final int BETS = 2;
  private static final double LEAST = 1e-3;

  public BettingDetector {
    if (!(falseAlarmRate > 0 && falseAlarmRate < 1)
        || !(margin > 0 && margin < 0.5)
        || warmup < 1) {
      throw new IllegalArgumentException(
          "Betting detector with false alarm rate "
              + falseAlarmRate
              + ", margin "
              + margin
              + " and warm-up "
              + warmup
              + ", expected numbers in (0, 1), (0, 0.5) and of at least 1");
    }
  }

  @Override
  public String name() {
    return "betting";
  }

  @Override
  public double[] start(double expected) {
    double[] state = new double[BETS + 2 * STAKES.length];
    if (!Double.isNaN(expected)) {
      state[COUNT] = warmup;
      state[MEAN] = expected;
    }
    return state;
  }

  @Override
  public Detection next(double[] state, double value) {
    double[] next = state.clone();
    if (state[COUNT] < warmup) {
      next[COUNT]++;
      next[MEAN] += (value - next[MEAN]) / next[COUNT];
      return new Detection(next, false, 0, 1 / falseAlarmRate);
    }
    double above = Math.min(state[MEAN] + margin, 1 - LEAST);
    double below = Math.min(1 - state[MEAN] + margin, 1 - LEAST);
    for (int k = 0; k < STAKES.length; k++) {
      next[BETS + k] = bet(next[BETS + k], STAKES[k], value, above);
      next[BETS + STAKES.length + k] =
          bet(next[BETS + STAKES.length + k], STAKES[k], 1 - value, below);
    }
    double wealth = Arrays.stream(next, BETS, next.length).average().orElseThrow();
    boolean alarm = wealth >= 1 / falseAlarmRate;
    return new Detection(alarm ? start(Double.NaN) : next, alarm, wealth, 1 / falseAlarmRate);
  }

  private static double bet(double wealth, double stake, double value, double largestMean) {
    return (wealth + 1) * (1 + stake * (value / largestMean - 1));
  }
}
