package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;
import java.util.Locale;

/** Describes {@link Lame}. */
final class LameCorrection implements CorrectionMethod {
  static final Option<String> AFFINITY =
      Option.choice(
          "correction.affinity",
          "rbf",
          List.of("knn", "linear", "rbf"),
          "Which samples should agree: by a Gaussian kernel, the nearest neighbours, or the"
              + " cosine of their features.");
  static final Option<Integer> MAX_ITERATIONS =
      Option.integer(
          "correction.max-iterations",
          100,
          1,
          "at least 1",
          "Iterations after which an assignment is taken as it is.");
  static final Option<Integer> NEIGHBOURS =
      Option.integer(
          "correction.neighbours",
          5,
          1,
          "samples, at least 1",
          "Neighbours of the affinity; the Gaussian kernel takes its width from the last of them.");
  static final Option<Double> STRENGTH =
      Option.number(
          "correction.strength",
          1,
          0,
          1e3,
          "at least 0",
          "Weight of agreement between neighbours against the model's own answers.");

  @Override
  public String name() {
    return "lame";
  }

  @Override
  public String summary() {
    return "Answers of neighbours in feature space made to agree.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(AFFINITY, MAX_ITERATIONS, NEIGHBOURS, STRENGTH);
  }

  @Override
  public boolean readsFeatures(Recipe recipe) {
    return true;
  }

  @Override
  public Correction create(Recipe recipe, SourceModel source) {
    Affinity affinity = Affinity.valueOf(recipe.get(AFFINITY).toUpperCase(Locale.ROOT));
    return new Lame(
        affinity, recipe.get(NEIGHBOURS), recipe.get(STRENGTH), recipe.get(MAX_ITERATIONS));
  }
}
