package dev.evenkeel.adapters.labelshift.estimator;

/**
 * Labelled source samples. Arrays are not to be changed.
 *
 * @param labels {@code [samples]}, at least one
 * @param probabilities calibrated answers of the source model, {@code [samples, classes]}
 * @param features that the model's linear head reads, {@code [samples, width]}; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record HoldOut(int[] labels, double[] probabilities, double[] features) {
  public HoldOut {
    if (labels.length == 0
        || probabilities.length % labels.length != 0
        || features.length % labels.length != 0) {
      throw new IllegalArgumentException(
          "Hold-out has %d labels, %d probabilities and %d features, expected whole rows for each label"
              .formatted(labels.length, probabilities.length, features.length));
    }
    int classes = probabilities.length / labels.length;
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "Hold-out has label " + label + ", expected one of " + classes + " classes");
      }
    }
  }

  int classes() {
    return probabilities.length / labels.length;
  }

  int width() {
    return features.length / labels.length;
  }

  /** Samples of each class. */
  int[] counts() {
    int[] counts = new int[classes()];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }
}
