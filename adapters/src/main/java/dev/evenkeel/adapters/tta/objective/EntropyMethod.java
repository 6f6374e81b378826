package dev.evenkeel.adapters.tta.objective;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.learning.OnlineLearning;
import dev.evenkeel.adapters.tta.learning.StepAlgorithm;
import java.util.List;

/** Entropy of the predictions (TENT, arXiv 2006.10726, and all that select or weigh on top). */
final class EntropyMethod implements ObjectiveMethod {
  @Override
  public String name() {
    return "entropy";
  }

  @Override
  public String summary() {
    return "Entropy of the predictions of the selected samples of each batch.";
  }

  @Override
  public List<Option<?>> options() {
    return OnlineOptions.ALL;
  }

  @Override
  public String companion(Recipe recipe) {
    return OnlineLearning.companion(recipe);
  }

  @Override
  public StepAlgorithm algorithm(AdaptationProgram program) {
    return OnlineLearning.of(program, new Entropy(), false);
  }
}
