package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.PriorTracker;
import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.profile.SourceProfile;
import java.util.Arrays;

/**
 * What corrections of label shift share: the source profile and the tracker of the prior.
 *
 * @param profile of the source model
 * @param tracker of a stream's label distribution
 * @param clip largest factor between prior and source prior, at least 1
 */
record LabelShiftTracking(SourceProfile profile, PriorTracker tracker, double clip) {
  /** Logits {@code [samples, classes]} whose softmax is calibrated on the source. */
  double[] calibrated(float[] logits) {
    int classes = profile.classes();
    double[] calibrated = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      calibrated[i] =
          logits[i] / profile.calibration().temperature()
              + profile.calibration().bias()[i % classes];
    }
    return calibrated;
  }

  /** What is known of the stream after a batch. */
  TrackedPrior after(TrackedPrior before, float[] logits) {
    double[] probabilities = calibrated(logits);
    for (int begin = 0; begin < probabilities.length; begin += profile.classes()) {
      Rows.softmax(probabilities, begin, profile.classes());
    }
    return tracker.next(before, probabilities);
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
