package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.LabelChain;
import dev.evenkeel.adapters.labelshift.LabelChain.Gate;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;

/** Describes {@link ChainCorrection}. */
final class ChainCorrectionMethod implements CorrectionMethod {
  private static final double LEAST = 1e-9;

  static final Option<Double> FRESH_GAIN =
      Option.number(
          "correction.shift-gain",
          0.2,
          0,
          100,
          "nats a sample, at least 0",
          "What a label distribution has to gain in foretelling the answers before label-chain"
              + " uses it; from twice of this it is used whole.");
  static final Option<Double> STAY_GAIN =
      Option.number(
          "correction.stay-gain",
          0.02,
          0,
          100,
          "nats a sample, at least 0",
          "What it has to gain that labels stay from sample to sample before label-chain uses it;"
              + " from five times this it is used whole.");
  static final Option<Integer> WINDOW =
      Option.integer(
          "correction.window",
          100,
          2,
          "samples, at least 2",
          "Samples over which label-chain follows how long labels stay, and which they are.");

  static final Option<Double> ORDER =
      Option.number(
          "correction.order",
          0.1,
          0,
          1,
          "correlation, 0 to 1",
          "On the statistics of the source, how far neighbouring answers must be correlated before"
              + " label-chain uses that labels stay; from twice this it is used whole.");
  static final Option<Boolean> CAUTIOUS =
      Option.flag(
          "correction.cautious",
          true,
          "On the statistics of the source label-chain uses no label distribution, and that labels"
              + " stay only where the answers depend on their order. On statistics that follow the"
              + " stream it makes no difference.");

  @Override
  public String name() {
    return "label-chain";
  }

  @Override
  public String summary() {
    return "Labels that follow one another, where the stream shows that they do.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(FRESH_GAIN, STAY_GAIN, ORDER, CAUTIOUS, WINDOW);
  }

  @Override
  public Correction create(Recipe recipe, SourceModel source) {
    double fresh = recipe.get(FRESH_GAIN);
    double stay = recipe.get(STAY_GAIN);
    double order = recipe.get(ORDER);
    // Under a shift that no statistics follow a network prefers some classes whatever comes: that
    // looks like a label distribution, and like runs.
    boolean cautious = recipe.normalization().name().equals("source") && recipe.get(CAUTIOUS);
    return new ChainCorrection(
        new LabelChain(
            cautious ? Gate.NEVER : new Gate(fresh, 2 * fresh + LEAST),
            new Gate(stay, 5 * stay + LEAST),
            cautious ? new Gate(order, 2 * order + LEAST) : Gate.ALWAYS,
            recipe.get(WINDOW)),
        source.classes());
  }
}
