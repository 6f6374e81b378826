package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.Option;
import java.util.List;

/** Settings of recipes that learn parameters. */
public final class LearningOptions {
  public static final Option<String> ADAPT_LAYERS =
      Option.text(
          "adapt-layers",
          "all, first:N, last:N, papers, or a regular expression",
          "Normalisation layers whose scale and bias are learned; the backward pass ends at the"
              + " first of them. 'papers' leaves out the last stage and the final norm, as SAR and"
              + " DeYO do; an expression is found in the names of node and scale, with '!' before"
              + " it layers are left out.");
  public static final Option<Integer> UPDATE_EVERY =
      Option.integer(
          "update-every", 1, 1, "batches, at least 1", "Learns from every k-th batch of a stream.");
  public static final Option<String> OPTIMIZER =
      Option.choice(
          "optimizer.name", "adam", List.of("adam", "sgd"), "How gradients are followed.");
  public static final Option<Double> LEARNING_RATE =
      Option.number("optimizer.learning-rate", 0.001, 0, 1e3, "at least 0", "Size of a step.");
  public static final Option<Double> MOMENTUM =
      Option.number("optimizer.momentum", 0.9, 0, 1, "[0, 1]", "Momentum of sgd.");
  public static final Option<Boolean> NESTEROV =
      Option.flag("optimizer.nesterov", false, "Looks ahead along the momentum of sgd.");
  public static final Option<Double> BETA1 =
      Option.number("optimizer.beta1", 0.9, 0, 0.999999, "[0, 1)", "Decay of adam's mean.");
  public static final Option<Double> BETA2 =
      Option.number("optimizer.beta2", 0.999, 0, 0.999999999, "[0, 1)", "Decay of adam's square.");
  public static final Option<Double> EPSILON =
      Option.number("optimizer.epsilon", 1e-8, 1e-30, 1, "above 0", "Added to adam's divisor.");
  public static final Option<Double> SHARPNESS =
      Option.number(
          "optimizer.sharpness",
          0,
          0,
          1e3,
          "at least 0",
          "Radius of sharpness-aware minimisation; 0 for none.");
  public static final Option<String> LEARNING_RATE_RULE =
      Option.choice(
          "optimizer.learning-rate-rule",
          "none",
          List.of("linear", "none", "sqrt"),
          "How the learning rate falls with the share of accepted samples in"
              + " optimizer.reference-samples.");
  public static final Option<Integer> REFERENCE_SAMPLES =
      Option.integer(
          "optimizer.reference-samples",
          64,
          1,
          "samples, at least 1",
          "Number of accepted samples at which the learning rate is the one set.");
  public static final Option<Double> STEP_CAP =
      Option.number(
          "optimizer.step-cap",
          0,
          0,
          1e3,
          "relative, at least 0",
          "Largest change of a layer's parameters in a step, relative to their norm; 0 for none.");
  public static final Option<Double> PULL_BACK =
      Option.number(
          "reset.pull-back",
          0,
          0,
          1,
          "[0, 1]",
          "Share of the way back to the source parameters after each step.");
  public static final Option<Double> LOSS_FLOOR =
      Option.number(
          "reset.loss-floor",
          0,
          0,
          1e3,
          "nats, at least 0",
          "Average loss below which the model has collapsed and is reset; 0 for none.");
  public static final Option<Integer> RESET_EVERY =
      Option.integer(
          "reset.every", 0, 0, "updates, at least 0", "Resets after so many updates; 0 for never.");
  public static final Option<Boolean> KEEPS_MOMENTUM =
      Option.flag(
          "reset.keeps-momentum",
          false,
          "Leaves the optimiser as it is at a reset, as SAR's code does.");
  public static final Option<Double> SOURCE_SHARE =
      Option.number(
          "serve.source-share",
          0,
          0,
          1,
          "[0, 1]",
          "Share of the source parameters in those that answer; costs a pass of its own.");
  public static final Option<Boolean> AUXILIARY_WRITES =
      Option.flag(
          "parity.auxiliary-writes",
          false,
          "Lets auxiliary passes write statistics too, as the papers' code does; for comparisons.");

  /** Those of every objective, sorted by key. */
  public static final List<Option<?>> ALL =
      List.of(
          ADAPT_LAYERS,
          BETA1,
          BETA2,
          EPSILON,
          LEARNING_RATE,
          LEARNING_RATE_RULE,
          MOMENTUM,
          OPTIMIZER,
          NESTEROV,
          REFERENCE_SAMPLES,
          STEP_CAP,
          RESET_EVERY,
          KEEPS_MOMENTUM,
          LOSS_FLOOR,
          PULL_BACK);

  /** Those of objectives that learn from the batch at hand, sorted by key. */
  public static final List<Option<?>> ONLINE =
      List.of(SHARPNESS, AUXILIARY_WRITES, SOURCE_SHARE, UPDATE_EVERY);

  private LearningOptions() {}
}
