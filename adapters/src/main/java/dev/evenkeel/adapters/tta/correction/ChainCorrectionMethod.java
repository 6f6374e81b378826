package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.LabelChain;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;

/** Describes {@link ChainCorrection}. */
final class ChainCorrectionMethod implements CorrectionMethod {
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
    return List.of(FRESH_GAIN, STAY_GAIN, WINDOW);
  }

  @Override
  public Correction create(Recipe recipe, SourceModel source) {
    double fresh = recipe.get(FRESH_GAIN);
    double stay = recipe.get(STAY_GAIN);
    return new ChainCorrection(
        new LabelChain(
            new LabelChain.Gain(fresh, 2 * fresh + 1e-9),
            new LabelChain.Gain(stay, 5 * stay + 1e-9),
            recipe.get(WINDOW)),
        source.classes());
  }
}
