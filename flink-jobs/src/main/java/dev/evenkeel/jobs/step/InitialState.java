package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.jobs.config.ConfigException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads the state that new streams start from. */
public final class InitialState {
  private InitialState() {}

  /**
   * The state in a file, as the program takes it.
   *
   * @throws ConfigException if the file cannot be read or is of another model or recipe
   */
  public static StateDict read(Path file, AdaptationProgram program) {
    StateDict state;
    try {
      state = StateDict.of(Npz.read(file));
    } catch (NoSuchFileException e) {
      throw problem(file, "does not exist");
    } catch (IOException | IllegalArgumentException e) {
      throw problem(file, "cannot be read: " + e.getMessage());
    }
    for (Map.Entry<String, Tensor> expected : program.initialState().entries().entrySet()) {
      Tensor found = state.find(expected.getKey()).orElse(null);
      if (found == null) {
        throw problem(file, "has no entry '" + expected.getKey() + "'");
      }
      Tensor wanted = expected.getValue();
      if (found.type() != wanted.type() || !found.shape().equals(wanted.shape())) {
        throw problem(
            file,
            "has entry '" + expected.getKey() + "' as " + found + ", the program takes " + wanted);
      }
    }
    return state;
  }

  private static ConfigException problem(Path file, String what) {
    return new ConfigException(
        List.of(
            "state.initial is "
                + file
                + ", which "
                + what
                + "; write one with 'backtest --state-out' with the same model and recipe"));
  }
}
