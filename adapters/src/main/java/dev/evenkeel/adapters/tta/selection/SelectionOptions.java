package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.Option;
import java.util.List;

/** Settings of the selections. Margins of entropy are multiples of ln(classes). */
public final class SelectionOptions {
  public static final Option<Double> ENTROPY_MARGIN =
      Option.number(
          "selection.entropy-margin",
          0.4,
          1e-6,
          1e6,
          "times ln(classes), above 0",
          "Samples of smaller entropy are kept.");
  public static final Option<Boolean> ENTROPY_WEIGHT =
      Option.flag(
          "selection.entropy-weight",
          false,
          "Weighs samples of the entropy filter by exp(E0 - H).");
  public static final Option<Double> WEIGHT_CENTER =
      Option.number(
          "selection.weight-center",
          0.4,
          1e-6,
          1e6,
          "times ln(classes), above 0",
          "Entropy E0 at which the weight by entropy is 1.");
  public static final Option<Double> REDUNDANCY_MARGIN =
      Option.number(
          "selection.redundancy-margin",
          0.4,
          1e-6,
          1,
          "cosine, (0, 1]",
          "Samples less similar to the average prediction are kept; 0.05 for 1000 classes.");
  public static final Option<Double> PLPD_THRESHOLD =
      Option.number(
          "selection.plpd-threshold",
          0.2,
          -2,
          2,
          "probability, [-2, 2]",
          "Samples are kept whose predicted class loses more probability when destroyed.");
  public static final Option<Boolean> PLPD_WEIGHT =
      Option.flag(
          "selection.plpd-weight", false, "Weighs samples of the PLPD filter by exp(PLPD).");
  public static final Option<Boolean> ENTROPY_TERM =
      Option.flag("selection.entropy-term", true, "DeYO's weight has the term exp(E0 - H) in it.");
  public static final Option<Boolean> PLPD_TERM =
      Option.flag("selection.plpd-term", true, "DeYO's weight has the term exp(PLPD) in it.");
  public static final Option<String> DESTRUCTION =
      Option.choice(
          "selection.destruction",
          "patch",
          List.of("occlusion", "patch", "pixel"),
          "How objects are destroyed: patches shuffled for each sample, pixels shuffled alike, or"
              + " the middle covered.");
  public static final Option<Integer> PATCHES =
      Option.integer(
          "selection.patches", 4, 1, "per side, at least 1", "Patches that an image is cut into.");
  public static final Option<String> PERMUTATIONS =
      Option.text(
          "selection.permutations",
          "folder or .npy file",
          "Orders of patches instead of random ones, for comparisons: perm_I.npy for the stream's"
              + " batch I, int32 [kept, patches], or one array whose rows are taken in turn.");
  public static final Option<Double> TEMPERATURE =
      Option.number(
          "selection.temperature",
          0.3333333333333333,
          1e-6,
          1e6,
          "above 0",
          "Temperature of the weight by diversity and certainty.");

  private SelectionOptions() {}
}
