package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.PriorTracker;
import dev.evenkeel.adapters.labelshift.estimator.Estimators;
import dev.evenkeel.adapters.labelshift.estimator.SourceEvidence;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Settings of everything that follows a stream's label distribution. */
public final class LabelShiftOptions {
  /** The file that {@code model profile} wrote. */
  public static final Option<String> SOURCE_PROFILE =
      Option.text("labelshift.source-profile", "path", "Source profile, made by 'model profile'.");

  static final Option<Double> RESIDUAL =
      Option.number(
          "labelshift.residual",
          0.08,
          0,
          1e3,
          "standard deviations of the moments",
          "Largest residual up to which a stream counts as shifted in its labels alone.");
  static final Option<Double> EVIDENCE =
      Option.number(
          "labelshift.evidence",
          0.12,
          0,
          1e3,
          "nats a sample",
          "Gain in likelihood from which answers are corrected where covariates shift too.");
  static final Option<Double> CLIP =
      Option.number(
          "labelshift.clip",
          100,
          1,
          1e6,
          "at least 1",
          "Largest factor between the estimated and the source share of a class.");

  /** The file that {@code model train-label-shift-adapter} wrote. */
  public static final Option<String> ADAPTER =
      Option.text(
          "labelshift.adapter", "path", "Adapter, made by 'model train-label-shift-adapter'.");

  /** The estimate of the experts that the gate is made of. */
  private static final String TRACKED = "tracked";

  static final Option<String> ESTIMATOR =
      Option.choice(
          "labelshift.estimator",
          TRACKED,
          Stream.concat(Estimators.onlineNames().stream(), Stream.of(TRACKED)).sorted().toList(),
          "Estimator that is followed while label shift alone explains the stream.");
  static final Option<String> LOCAL_ESTIMATOR =
      Option.choice(
          "labelshift.batch-estimator",
          "bbse-soft",
          Estimators.batchNames(),
          "What judges each batch for estimators other than 'tracked'; 'online-em' needs none.");

  static final List<Option<?>> ALL =
      List.of(
          CLIP,
          ESTIMATOR,
          EVIDENCE,
          HoldOutOption.HOLD_OUT,
          LOCAL_ESTIMATOR,
          HoldOutOption.REFRESH_EVERY,
          RESIDUAL,
          SOURCE_PROFILE);

  static final List<Option<?>> WITH_ADAPTER =
      List.of(
          ADAPTER,
          ESTIMATOR,
          EVIDENCE,
          HoldOutOption.HOLD_OUT,
          LOCAL_ESTIMATOR,
          HoldOutOption.REFRESH_EVERY,
          RESIDUAL,
          SOURCE_PROFILE);

  private LabelShiftOptions() {}

  /**
   * Reads the profile and sets up the tracker.
   *
   * @throws RecipeException if there is no profile, or it is of another model
   */
  static LabelShiftTracking tracking(Recipe recipe, SourceModel source) {
    SourceProfile profile = profile(recipe, source);
    return assemble(recipe, source, profile, HoldOutOption.refreshed(recipe, source, profile));
  }

  /** A tracking of the answers that a profile is of. */
  static LabelShiftTracking assemble(
      Recipe recipe,
      SourceModel source,
      SourceProfile profile,
      Optional<RefreshedTracking> refreshed) {
    PriorTracker tracker =
        new PriorTracker(
            profile.moments(),
            recipe.get(RESIDUAL),
            recipe.get(EVIDENCE),
            recipe.normalization().followsBatches());
    return new LabelShiftTracking(
        profile, tracker, estimator(recipe, source, profile), recipe.get(CLIP), refreshed);
  }

  private static Optional<ChosenEstimator> estimator(
      Recipe recipe, SourceModel source, SourceProfile profile) {
    String name = recipe.get(ESTIMATOR);
    if (name.equals(TRACKED)) {
      return Optional.empty();
    }
    SourceEvidence evidence = HoldOutOption.evidence(name, recipe, source, profile);
    return Optional.of(
        new ChosenEstimator(
            Estimators.batch(recipe.get(LOCAL_ESTIMATOR), evidence),
            Estimators.online(name, evidence)));
  }

  /**
   * The profile that a recipe names.
   *
   * @throws RecipeException if there is none, or it is of another model
   */
  public static SourceProfile profile(Recipe recipe, SourceModel source) {
    String file = recipe.get(SOURCE_PROFILE);
    String make =
        "make it with 'model profile --model M.onnx --inputs X.npy --labels Y.npy --out P.json'";
    if (file.isEmpty()) {
      throw refused(
          "recipe '"
              + recipe.expression()
              + "' needs a source profile; "
              + make
              + " and name it here (backtest: --source-profile P.json)");
    }
    try {
      SourceProfile profile = SourceProfileJson.read(Path.of(file));
      if (!profile.modelDigest().equals(source.digest())) {
        throw refused(
            file
                + " is of the model "
                + profile.modelDigest()
                + ", this one is "
                + source.digest()
                + "; "
                + make);
      }
      return profile;
    } catch (NoSuchFileException e) {
      throw refused(file + " does not exist; correct the path, or " + make);
    } catch (IOException | IllegalArgumentException e) {
      throw refused("cannot read " + file + ": " + e.getMessage() + "; " + make);
    }
  }

  private static RecipeException refused(String problem) {
    return new RecipeException(List.of("set." + SOURCE_PROFILE.key() + ": " + problem));
  }
}
