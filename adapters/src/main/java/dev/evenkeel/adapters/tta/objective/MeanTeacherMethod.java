package dev.evenkeel.adapters.tta.objective;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.learning.StepAlgorithm;
import dev.evenkeel.adapters.tta.learning.TeacherLearning;
import java.util.ArrayList;
import java.util.List;

/** A student learns from its averaged teacher, over a timely and balanced memory (RoTTA). */
final class MeanTeacherMethod implements ObjectiveMethod {
  @Override
  public String name() {
    return "mean-teacher";
  }

  @Override
  public String summary() {
    return "Cross-entropy of a student on augmented remembered samples to its slowly moving"
        + " teacher, which answers.";
  }

  @Override
  public List<Option<?>> options() {
    List<Option<?>> options = new ArrayList<>(MemoryOptions.ALL);
    options.addAll(TeacherLearning.OPTIONS);
    return options;
  }

  @Override
  public String companion(Recipe recipe) {
    return TeacherLearning.TEACHER;
  }

  @Override
  public boolean selects() {
    return false;
  }

  @Override
  public StepAlgorithm algorithm(AdaptationProgram program) {
    return TeacherLearning.of(program);
  }
}
