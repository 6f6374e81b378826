package dev.evenkeel.store;

import java.util.List;

/**
 * What must be done to raw inputs before the model, element-wise: {@code (raw * scale - mean) /
 * standardDeviation}.
 *
 * @param scale factor on raw values, 1 for none; finite
 * @param mean subtracted after scaling, one entry per channel or one for all; empty for none
 * @param standardDeviation divisor after that, like mean; positive, empty for none
 * @param note what the figures do not say (colour order, resizing), for people
 */
public record Preprocessing(
    double scale, List<Double> mean, List<Double> standardDeviation, String note) {
  /** Raw inputs go into the model as they are. */
  public static final Preprocessing NONE = new Preprocessing(1, List.of(), List.of(), "");

  public Preprocessing {
    mean = mean == null ? List.of() : List.copyOf(mean);
    standardDeviation = standardDeviation == null ? List.of() : List.copyOf(standardDeviation);
    note = note == null ? "" : note;
    if (!Double.isFinite(scale) || scale == 0) {
      throw new IllegalArgumentException(
          "preprocessing.scale is %s, expected a finite factor, 1 for none".formatted(scale));
    }
    if (standardDeviation.stream().anyMatch(value -> !(value > 0))) {
      throw new IllegalArgumentException(
          "preprocessing.standard_deviation is %s, expected positive numbers"
              .formatted(standardDeviation));
    }
  }
}
