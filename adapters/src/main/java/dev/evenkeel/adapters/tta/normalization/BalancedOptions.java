package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.tta.Option;
import java.util.List;

/** Settings of class-balanced statistics. */
public final class BalancedOptions {
  public static final Option<Integer> CAPACITY =
      Option.integer(
          "normalization.class-samples",
          16,
          1,
          "samples, at least 1",
          "Recent samples of a class that count in the statistics of balanced.");

  public static final Option<Integer> CHUNK =
      Option.integer(
          "normalization.chunk",
          16,
          1,
          "samples, at least 1",
          "Samples of a batch that are answered with the same statistics of balanced; they then"
              + " move them, for the next ones of the same batch.");

  public static final Option<Integer> SLOTS =
      Option.integer(
          "normalization.class-slots",
          32,
          1,
          "count, at least 1",
          "Classes that have statistics of their own in balanced; of more classes several share"
              + " them, which bounds the state.");

  public static final Option<Double> SOURCE_WEIGHT =
      Option.number(
          "normalization.source-weight",
          8,
          0,
          1e6,
          "samples, at least 0",
          "Samples that the source statistics count as in the statistics of balanced.");

  public static final Option<Integer> STALENESS =
      Option.integer(
          "normalization.class-staleness",
          1500,
          1,
          "samples, at least 1",
          "Samples of a stream after which a class that has not come weighs 1/e in the statistics"
              + " of balanced.");

  static final List<Option<?>> ALL = List.of(CAPACITY, CHUNK, SLOTS, SOURCE_WEIGHT, STALENESS);

  private BalancedOptions() {}
}
