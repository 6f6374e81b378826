package dev.evenkeel.adapters.tta.objective;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.learning.LearningOptions;
import java.util.List;
import java.util.stream.Stream;

/** Settings of the objectives that learn from the batch at hand. */
public final class OnlineOptions {
  public static final Option<String> DENOMINATOR =
      Option.choice(
          "objective.denominator",
          "batch",
          List.of("batch", "selected"),
          "What the sum over selected samples is divided by: the size of the batch, or their"
              + " number.");
  public static final Option<Double> MEAN_ENTROPY_WEIGHT =
      Option.number(
          "objective.mean-entropy-weight",
          0,
          0,
          1e3,
          "at least 0",
          "Weight of the entropy of the mean prediction, which is maximised against collapse.");
  public static final Option<Double> FISHER_WEIGHT =
      Option.number(
          "objective.fisher-weight",
          0,
          0,
          1e9,
          "at least 0",
          "Weight of the distance to the source parameters, scaled by their Fisher information.");
  public static final Option<String> FISHER =
      Option.text(
          "objective.fisher",
          "path prefix or .npz file",
          "Fisher information of the parameters, PREFIX_gamma.npy and PREFIX_beta.npy float32"
              + " [channels]; 'model fisher' computes it.");

  /** All of them. */
  static final List<Option<?>> ALL =
      Stream.concat(
              Stream.of(DENOMINATOR, MEAN_ENTROPY_WEIGHT, FISHER, FISHER_WEIGHT),
              LearningOptions.ONLINE.stream())
          .toList();

  private OnlineOptions() {}
}
