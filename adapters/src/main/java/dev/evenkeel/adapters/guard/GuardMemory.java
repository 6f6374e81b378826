package dev.evenkeel.adapters.guard;

import java.util.Arrays;

/**
 * What the guards of a stream remember, as one array of numbers: a few scalars, then vectors of one
 * number per class. Changed in place while a batch is judged.
 */
final class GuardMemory {
  /** Scalars; alarms are bits of one number, a bit for each {@link Watch}. */
  enum Scalar {
    SAMPLES(0),
    BATCHES(1),
    ALARMS(2),
    CALM(3),
    FALLEN(4),
    RESTART_AT(5),
    ADVANTAGE(6),
    AGREEMENT(7),
    ENTROPY(8),
    SOURCE_ENTROPY(9),
    BLOCK_SAMPLES(10),
    BLOCKS(11),
    ORDER(12),
    SOURCE_ORDER(13),
    LABELLED(14),
    LIVE_ADVANTAGE(15),
    GOOD_AT(16),
    SOURCE_BELIEF(17),
    BOUND(18);

    private final int at;

    Scalar(int at) {
      this.at = at;
    }
  }

  /** Vectors of one number per class, the source model's right behind the adapted one's. */
  enum Vector {
    BLOCK(0),
    SOURCE_BLOCK(1),
    USUAL(2),
    SOURCE_USUAL(3),
    MEAN(4),
    SOURCE_MEAN(5);

    private final int at;

    Vector(int at) {
      this.at = at;
    }
  }

  private static final int SCALARS = Scalar.values().length;

  private final int classes;
  private final double[] numbers;

  /**
   * @param numbers copied; anything of another length is a start
   */
  GuardMemory(int classes, double[] numbers) {
    this.classes = classes;
    int length = SCALARS + Vector.values().length * classes;
    this.numbers = numbers.length == length ? numbers.clone() : new double[length];
  }

  double get(Scalar scalar) {
    return numbers[scalar.at];
  }

  void set(Scalar scalar, double value) {
    numbers[scalar.at] = value;
  }

  void add(Scalar scalar, double value) {
    numbers[scalar.at] += value;
  }

  /** Moves an average towards a value. */
  void follow(Scalar scalar, double value, double weight) {
    numbers[scalar.at] += weight * (value - numbers[scalar.at]);
  }

  double[] get(Vector vector) {
    int from = SCALARS + vector.at * classes;
    return Arrays.copyOfRange(numbers, from, from + classes);
  }

  void set(Vector vector, double[] values) {
    System.arraycopy(values, 0, numbers, SCALARS + vector.at * classes, classes);
  }

  /** Adds a vector. */
  void add(Vector vector, double[] values) {
    int from = SCALARS + vector.at * classes;
    for (int y = 0; y < classes; y++) {
      numbers[from + y] += values[y];
    }
  }

  /** Moves an average towards {@code sum / samples}. */
  void follow(Vector vector, double[] sum, double samples, double weight) {
    int from = SCALARS + vector.at * classes;
    for (int y = 0; y < classes; y++) {
      numbers[from + y] += weight * (sum[y] / samples - numbers[from + y]);
    }
  }

  boolean isAlarmed(Watch watch) {
    return ((long) get(Scalar.ALARMS) & bit(watch)) != 0;
  }

  void setAlarmed(Watch watch, boolean alarmed) {
    long alarms = (long) get(Scalar.ALARMS);
    set(Scalar.ALARMS, (double) (alarmed ? alarms | bit(watch) : alarms & ~bit(watch)));
  }

  private static long bit(Watch watch) {
    return 1L << watch.bit();
  }

  /** Forgets what was seen of the state that is given up; alarms and counts of batches stay. */
  void forgetAverages() {
    for (Scalar scalar :
        new Scalar[] {
          Scalar.SAMPLES,
          Scalar.ADVANTAGE,
          Scalar.AGREEMENT,
          Scalar.ENTROPY,
          Scalar.SOURCE_ENTROPY,
          Scalar.BLOCK_SAMPLES,
          Scalar.BLOCKS,
          Scalar.ORDER,
          Scalar.SOURCE_ORDER,
          Scalar.LABELLED,
          Scalar.LIVE_ADVANTAGE,
          Scalar.SOURCE_BELIEF,
          Scalar.BOUND
        }) {
      set(scalar, 0);
    }
    Arrays.fill(numbers, SCALARS, numbers.length, 0);
  }

  /** The numbers, not to be changed. */
  double[] numbers() {
    return numbers;
  }
}
