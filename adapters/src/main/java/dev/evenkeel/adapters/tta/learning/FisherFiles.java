package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.objective.Ewc;
import dev.evenkeel.adapters.tta.objective.OnlineOptions;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the Fisher information that {@code objective.fisher} names. */
final class FisherFiles {
  private FisherFiles() {}

  /** What holds the parameters; empty where the weight is zero. */
  static Optional<Ewc> regularizer(AdaptationProgram program, float[] source) {
    Recipe recipe = program.recipe();
    double weight = recipe.get(OnlineOptions.FISHER_WEIGHT);
    if (weight == 0) {
      return Optional.empty();
    }
    String file = recipe.get(OnlineOptions.FISHER);
    if (file.isEmpty()) {
      throw new RecipeException(
          List.of(
              OnlineOptions.FISHER_WEIGHT.key()
                  + " is "
                  + weight
                  + ", but "
                  + OnlineOptions.FISHER.key()
                  + " names no Fisher information; make it with 'model fisher --model M.onnx"
                  + " --inputs X.npy --batch-size N --out F.npz'"));
    }
    float[] fisher = read(file, source.length / 2);
    try {
      return Optional.of(new Ewc(weight, fisher, source));
    } catch (IllegalArgumentException e) {
      throw refused(file + ": " + e.getMessage() + "; make it again with 'model fisher'");
    }
  }

  private static float[] read(String file, int channels) {
    try {
      boolean archive = file.endsWith(".npz");
      Map<String, Tensor> arrays = archive ? Npz.read(Path.of(file)) : Map.of();
      Tensor scale = archive ? arrays.get("gamma") : Npy.read(Path.of(file + "_gamma.npy"));
      Tensor bias = archive ? arrays.get("beta") : Npy.read(Path.of(file + "_beta.npy"));
      float[] joined = Arrays.copyOf(values(file, scale, channels), 2 * channels);
      System.arraycopy(values(file, bias, channels), 0, joined, channels, channels);
      return joined;
    } catch (NoSuchFileException e) {
      throw refused(
          e.getFile()
              + " does not exist; correct the path, or make it with 'model fisher --model M.onnx"
              + " --inputs X.npy --batch-size N --out F.npz'");
    } catch (IOException e) {
      throw refused("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static RecipeException refused(String problem) {
    return new RecipeException(List.of(OnlineOptions.FISHER.key() + ": " + problem));
  }

  private static float[] values(String file, Tensor tensor, int channels) {
    if (tensor == null || tensor.type() != ElementType.FLOAT32 || tensor.size() != channels) {
      throw refused(
          file
              + " holds "
              + tensor
              + ", expected float32 ["
              + channels
              + "] for gamma and for beta; was it made for this model?");
    }
    return tensor.toFloats();
  }
}
