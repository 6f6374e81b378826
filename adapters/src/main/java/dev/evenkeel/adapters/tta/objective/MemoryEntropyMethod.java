package dev.evenkeel.adapters.tta.objective;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.learning.MemoryLearning;
import dev.evenkeel.adapters.tta.learning.StepAlgorithm;
import java.util.List;

/** Entropy over a class-balanced memory (NOTE, arXiv 2208.05117). */
final class MemoryEntropyMethod implements ObjectiveMethod {
  @Override
  public String name() {
    return "memory-entropy";
  }

  @Override
  public String summary() {
    return "Entropy of a memory that holds as many samples of each predicted class as it can.";
  }

  @Override
  public List<Option<?>> options() {
    return MemoryOptions.ALL;
  }

  @Override
  public boolean selects() {
    return false;
  }

  @Override
  public StepAlgorithm algorithm(AdaptationProgram program) {
    return MemoryLearning.of(program);
  }
}
