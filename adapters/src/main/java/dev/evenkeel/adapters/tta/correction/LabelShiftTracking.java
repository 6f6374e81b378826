package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.PriorTracker;
import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What corrections of label shift share: the source profile and the tracker of the prior.
 *
 * @param profile of the source model
 * @param tracker of a stream's label distribution
 * @param estimator that takes the place of the tracker's estimate while the gate is open
 * @param clip largest factor between prior and source prior, at least 1
 * @param refreshed what takes the place of all this once the adapted network has been measured
 */
record LabelShiftTracking(
    SourceProfile profile,
    PriorTracker tracker,
    Optional<ChosenEstimator> estimator,
    double clip,
    Optional<RefreshedTracking> refreshed) {
  /** The tracking that is right for a stream's state. */
  LabelShiftTracking at(StateDict state) {
    return refreshed.flatMap(known -> known.at(state)).orElse(this);
  }

  /** Logits {@code [samples, classes]} whose softmax is calibrated on the source. */
  double[] calibrated(float[] logits) {
    return profile.calibration().logits(logits);
  }

  /** The entries that every stream starts with. */
  Map<String, Tensor> initialEntries() {
    return tracker.start().toEntries();
  }

  /** The entries after a batch. */
  Map<String, Tensor> after(StateDict before, float[] logits) {
    double[] probabilities = profile.calibration().probabilities(logits);
    TrackedPrior tracked = tracker.next(TrackedPrior.of(before.entries()), probabilities);
    if (estimator.isEmpty()) {
      return tracked.toEntries();
    }
    double[] state = estimator.get().next(before, probabilities);
    Map<String, Tensor> entries = new TreeMap<>(estimator.get().entries(state));
    boolean trusted = tracker.isExplained(tracked);
    entries.putAll(
        (trusted ? tracked.withPrior(estimator.get().prior(state)) : tracked).toEntries());
    return entries;
  }

  /**
   * Logits {@code [samples, classes]} of a head that the estimator adapts to the stream; empty if
   * it adapts none, or label shift alone does not explain the stream.
   */
  Optional<float[]> adaptedLogits(
      StateDict before, TrackedPrior tracked, Optional<float[]> features) {
    return tracker.isExplained(tracked)
        ? estimator.flatMap(chosen -> features.flatMap(present -> chosen.logits(before, present)))
        : Optional.empty();
  }

  /** Whether answers may be those of a head that the estimator adapts. */
  boolean adaptsHead(TrackedPrior tracked) {
    return tracker.isExplained(tracked)
        && estimator.filter(ChosenEstimator::adaptsHead).isPresent();
  }

  /** Logarithm of prior over source prior, clipped; empty if they are equal. */
  double[] logRatio(double[] prior) {
    double[] source = profile.prior();
    if (Arrays.equals(prior, source)) {
      return new double[0];
    }
    double[] shift = new double[prior.length];
    for (int y = 0; y < shift.length; y++) {
      double ratio = source[y] > 0 ? prior[y] / source[y] : 1;
      shift[y] = Math.log(Math.min(Math.max(ratio, 1 / clip), clip));
    }
    return shift;
  }
}
