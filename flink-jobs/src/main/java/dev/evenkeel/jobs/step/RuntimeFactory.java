package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.runtime.ProgramRuntime;
import java.io.Serializable;

/** Opens a runtime on the machine that needs it. Equal factories open equal runtimes. */
public interface RuntimeFactory extends Serializable {
  /** Loads the program; the caller closes it. */
  ProgramRuntime open();

  /** Names the model in predictions and metrics. */
  String modelVersion();
}
