package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.adapter.AdapterFile;
import dev.evenkeel.adapters.labelshift.adapter.LabelShiftAdapter;
import dev.evenkeel.adapters.labelshift.estimator.Estimators;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Describes {@link AdaptedHead}. */
final class LabelShiftAdapterMethod implements CorrectionMethod {
  private static final String MAKE =
      "train it with 'model train-label-shift-adapter --model M.onnx --inputs X.npy --labels Y.npy"
          + " --out A.npz'";

  @Override
  public String name() {
    return "label-shift-adapter";
  }

  @Override
  public String summary() {
    return "A head bent to the stream's label distribution by a trained network.";
  }

  @Override
  public List<Option<?>> options() {
    return LabelShiftOptions.WITH_ADAPTER;
  }

  @Override
  public boolean replacesHead() {
    return true;
  }

  @Override
  public boolean readsFeatures(Recipe recipe) {
    return true;
  }

  @Override
  public Correction create(Recipe recipe, SourceModel source) {
    String estimator = recipe.get(LabelShiftOptions.ESTIMATOR);
    if (Estimators.adaptsTheHead(estimator)) {
      throw new RecipeException(
          List.of(
              "set."
                  + LabelShiftOptions.ESTIMATOR.key()
                  + ": '"
                  + estimator
                  + "' adapts the model's head, and so does label-shift-adapter; choose another"
                  + " estimator, or the recipe prior-correction"));
    }
    return new AdaptedHead(LabelShiftOptions.tracking(recipe, source), adapter(recipe, source));
  }

  private static LabelShiftAdapter adapter(Recipe recipe, SourceModel source) {
    String file = recipe.get(LabelShiftOptions.ADAPTER);
    if (file.isEmpty()) {
      throw refused(
          "recipe '"
              + recipe.expression()
              + "' needs a trained adapter; "
              + MAKE
              + " and name it here (backtest: --label-shift-adapter A.npz)");
    }
    try {
      AdapterFile read = AdapterFile.read(Path.of(file));
      if (!read.modelDigest().equals(source.digest())) {
        throw refused(
            file
                + " is of the model "
                + read.modelDigest()
                + ", this one is "
                + source.digest()
                + "; "
                + MAKE);
      }
      return read.adapter();
    } catch (NoSuchFileException e) {
      throw refused(file + " does not exist; correct the path, or " + MAKE);
    } catch (IOException | IllegalArgumentException e) {
      throw refused("cannot read " + file + ": " + e.getMessage() + "; " + MAKE);
    }
  }

  private static RecipeException refused(String problem) {
    return new RecipeException(List.of("set." + LabelShiftOptions.ADAPTER.key() + ": " + problem));
  }
}
