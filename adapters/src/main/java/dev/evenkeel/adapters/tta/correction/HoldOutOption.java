package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import dev.evenkeel.adapters.labelshift.estimator.Estimators;
import dev.evenkeel.adapters.labelshift.estimator.HoldOut;
import dev.evenkeel.adapters.labelshift.estimator.SourceEvidence;
import dev.evenkeel.adapters.labelshift.estimator.Vote;
import dev.evenkeel.adapters.profile.HoldOutFile;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the labelled source samples that some estimators learn from. */
final class HoldOutOption {
  /** The file that {@code model profile --hold-out} wrote. */
  static final Option<String> HOLD_OUT =
      Option.text(
          "labelshift.hold-out",
          "path",
          "Labelled source samples beside the profile, made by 'model profile --hold-out N'; for"
              + " the estimators 'atlas', 'rogd' and 'uogd' and for labelshift.refresh-every.");

  static final Option<Integer> REFRESH_EVERY =
      Option.integer(
          "labelshift.refresh-every",
          0,
          0,
          "batches, 0 for never",
          "How often the adapted network answers the samples of labelshift.hold-out, to measure its"
              + " calibration and confusion again.");

  private static final String MAKE =
      "make it with 'model profile --model M.onnx --inputs X.npy --labels Y.npy --out P.json"
          + " --hold-out 500'";

  private static final String WITH_INPUTS =
      " --hold-out-inputs and name the file here, P.hold-out.npz";

  /** A stream's state holds up to seven heads. */
  private static final int LARGEST_HEAD = 1 << 18;

  private HoldOutOption() {}

  /**
   * What an estimator is made from.
   *
   * @throws RecipeException if it needs labelled samples, or a linear head, and there are none
   */
  static SourceEvidence evidence(
      String estimator, Recipe recipe, SourceModel source, SourceProfile profile) {
    boolean learns = Estimators.needsHoldOut(estimator);
    boolean head = Estimators.adaptsTheHead(estimator);
    return new SourceEvidence(
        profile.confusion(Vote.HARD),
        profile.confusion(Vote.SOFT),
        learns ? Optional.of(samples(estimator, recipe, source, profile)) : Optional.empty(),
        head ? Optional.of(head(estimator, source)) : Optional.empty());
  }

  /**
   * What measures the adapted network again.
   *
   * @throws RecipeException if that is wanted and there are no samples, or nothing to measure again
   */
  static Optional<RefreshedTracking> refreshed(
      Recipe recipe, SourceModel source, SourceProfile profile) {
    int every = recipe.get(REFRESH_EVERY);
    if (every == 0) {
      return Optional.empty();
    }
    String key = REFRESH_EVERY.key() + " is " + every;
    String estimator = recipe.get(LabelShiftOptions.ESTIMATOR);
    if (Estimators.needsHoldOut(estimator)) {
      throw refused(
          key + ", but '" + estimator + "' learns from answers of the source model; leave out one");
    }
    if (recipe.normalization().name().equals("source") && recipe.objective().isEmpty()) {
      throw refused(
          key + ", but '" + recipe.expression() + "' leaves the network as it is; leave it out");
    }
    String file = recipe.get(HOLD_OUT);
    if (file.isEmpty()) {
      throw refused(key + ", which needs labelled source samples; " + MAKE + WITH_INPUTS);
    }
    HoldOutFile read = read(file, recipe, source);
    float[] inputs =
        read.inputs()
            .map(HoldOutOption::unitInterval)
            .orElseThrow(
                () ->
                    refused(
                        file
                            + " lacks the samples themselves, which "
                            + key
                            + " needs; "
                            + MAKE
                            + WITH_INPUTS));
    if (inputs.length != read.samples() * source.sampleShape().size()) {
      throw refused(file + " holds samples of another shape; " + MAKE + WITH_INPUTS);
    }
    RefreshedTracking refreshed =
        new RefreshedTracking(
            new Refresh(every, inputs, read.samples()),
            read.labels(),
            profile,
            measured -> LabelShiftOptions.assemble(recipe, source, measured, Optional.empty()));
    return Optional.of(refreshed);
  }

  private static float[] unitInterval(Tensor inputs) {
    if (inputs.type() == ElementType.FLOAT32) {
      return inputs.toFloats();
    }
    long[] pixels = inputs.toLongs();
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] / 255f;
    }
    return values;
  }

  private static LinearHead head(String estimator, SourceModel source) {
    LinearHead head;
    try {
      head = LinearHead.of(source.model().graph(), source.logits(), source.classes());
    } catch (IllegalArgumentException e) {
      throw unfit(e.getMessage());
    }
    if ((long) head.classes() * head.width() > LARGEST_HEAD) {
      throw unfit(
          "'%s' keeps up to seven heads a stream, and the model's is %d x %d; expected at most %d weights, choose another estimator"
              .formatted(estimator, head.classes(), head.width(), LARGEST_HEAD));
    }
    return head;
  }

  private static RecipeException unfit(String problem) {
    return new RecipeException(
        List.of("set." + LabelShiftOptions.ESTIMATOR.key() + ": " + problem));
  }

  private static HoldOut samples(
      String estimator, Recipe recipe, SourceModel source, SourceProfile profile) {
    String file = recipe.get(HOLD_OUT);
    if (file.isEmpty()) {
      throw refused(
          "the estimator '"
              + estimator
              + "' needs labelled source samples; "
              + MAKE
              + " and name the file beside the profile here, P.hold-out.npz");
    }
    HoldOutFile read = read(file, recipe, source);
    if (Estimators.adaptsTheHead(estimator) && read.features().length == 0) {
      throw refused(
          file + " has no features, which the model does not tell; take another estimator");
    }
    try {
      return read.calibrated(profile);
    } catch (IllegalArgumentException e) {
      throw refused("cannot use " + file + ": " + e.getMessage() + "; " + MAKE);
    }
  }

  /** The file, if it is of this model and beside this profile. */
  private static HoldOutFile read(String file, Recipe recipe, SourceModel source) {
    try {
      HoldOutFile read = HoldOutFile.read(Path.of(file));
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
      String profile = recipe.get(LabelShiftOptions.SOURCE_PROFILE);
      if (!read.profileDigest().equals(SourceProfileJson.digest(Path.of(profile)))) {
        throw refused(
            file + " was not made with the profile " + profile + " but with another; " + MAKE);
      }
      return read;
    } catch (NoSuchFileException e) {
      throw refused(file + " does not exist; correct the path, or " + MAKE);
    } catch (IOException | IllegalArgumentException e) {
      throw refused("cannot read " + file + ": " + e.getMessage() + "; " + MAKE);
    }
  }

  private static RecipeException refused(String problem) {
    return new RecipeException(List.of("set." + HOLD_OUT.key() + ": " + problem));
  }
}
