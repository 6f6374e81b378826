package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.profile.Calibration;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Map;
import java.util.Optional;

/**
 * Bayes rule for a moved label distribution: calibrated logits plus the logarithm of prior over
 * source prior (Saerens, Latinne and Decaestecker, Neural Computation 2002, eq. 2.4). The prior is
 * that of the batches before. While it is not trusted the logits leave as they came. An estimator
 * that adapts the head answers with that instead.
 */
record PriorCorrection(LabelShiftTracking source) implements Correction {
  @Override
  public Map<String, Tensor> initialEntries() {
    return source.initialEntries();
  }

  @Override
  public Optional<Refresh> refresh() {
    return source.refreshed().map(RefreshedTracking::refresh);
  }

  @Override
  public Optional<FrozenHead> frozen(StateDict state) {
    LabelShiftTracking tracking = source.at(state);
    TrackedPrior tracked = TrackedPrior.of(state.entries());
    int classes = tracked.prior().length;
    if (tracking.adaptsHead(tracked)) {
      return Optional.empty();
    }
    double[] shift = tracking.logRatio(tracked.prior());
    if (shift.length == 0) {
      return Optional.of(FrozenHead.identity(classes));
    }
    Calibration calibration = tracking.profile().calibration();
    for (int y = 0; y < classes; y++) {
      shift[y] += calibration.bias()[y];
    }
    return Optional.of(new FrozenHead(Optional.empty(), 1 / calibration.temperature(), shift));
  }

  @Override
  public Corrected correct(
      float[] logits, Optional<float[]> features, int samples, int classes, StateDict state) {
    Rows.check(logits, samples, classes);
    LabelShiftTracking tracking = source.at(state);
    TrackedPrior tracked = TrackedPrior.of(state.entries());
    Optional<float[]> bent = tracking.adaptedLogits(state, tracked, features);
    double[] shift = bent.isPresent() ? new double[classes] : tracking.logRatio(tracked.prior());
    double[] calibrated = tracking.calibrated(bent.orElse(logits));
    float[] corrected = logits.clone();
    for (int begin = 0; shift.length > 0 && begin < corrected.length; begin += classes) {
      for (int y = 0; y < classes; y++) {
        corrected[begin + y] = (float) (calibrated[begin + y] + shift[y]);
      }
    }
    return new Corrected(corrected, tracking.after(state, logits));
  }
}
