package dev.evenkeel.adapters.tta.objective;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.learning.OnlineLearning;
import dev.evenkeel.adapters.tta.learning.StepAlgorithm;
import java.util.ArrayList;
import java.util.List;

/** Soft likelihood ratio, and consistency with an augmented view (ROID, arXiv 2306.00650). */
final class SoftLikelihoodRatioMethod implements ObjectiveMethod {
  static final Option<Boolean> CONSISTENCY =
      Option.flag(
          "objective.consistency",
          true,
          "Adds the symmetric cross-entropy with an augmented view; costs a pass of its own.");

  @Override
  public String name() {
    return "soft-likelihood-ratio";
  }

  @Override
  public String summary() {
    return "Soft likelihood ratio of the selected samples of each batch, which does not vanish for"
        + " confident ones.";
  }

  @Override
  public List<Option<?>> options() {
    List<Option<?>> options = new ArrayList<>(OnlineOptions.ALL);
    options.add(CONSISTENCY);
    return options;
  }

  @Override
  public String companion(Recipe recipe) {
    return OnlineLearning.companion(recipe);
  }

  @Override
  public StepAlgorithm algorithm(AdaptationProgram program) {
    return OnlineLearning.of(program, new SoftLikelihoodRatio(), program.recipe().get(CONSISTENCY));
  }
}
