package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Function;

/**
 * What a correction knows of the adapted network: calibration, confusion and moments of its last
 * answers to labelled source samples, under the label distribution of the profile. A function of
 * those answers, which lie in the stream's state; what was measured of them is kept while they
 * live.
 */
final class RefreshedTracking {
  private final Refresh refresh;
  private final int[] labels;
  private final SourceProfile source;
  private final Function<SourceProfile, LabelShiftTracking> assemble;
  private final Map<Tensor, LabelShiftTracking> known =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * Sets up what nothing is measured of yet.
   *
   * @param labels of the samples of the refresh
   * @param source profile of the source model
   * @param assemble makes a tracking of a profile
   */
  RefreshedTracking(
      Refresh refresh,
      int[] labels,
      SourceProfile source,
      Function<SourceProfile, LabelShiftTracking> assemble) {
    this.refresh = refresh;
    this.labels = labels;
    this.source = source;
    this.assemble = assemble;
  }

  Refresh refresh() {
    return refresh;
  }

  /** The tracking after the last refresh; empty before the first. */
  Optional<LabelShiftTracking> at(StateDict state) {
    return state
        .find(Refresh.ANSWERS)
        .map(answers -> known.computeIfAbsent(answers, this::measure));
  }

  private LabelShiftTracking measure(Tensor answers) {
    float[] logits = answers.toFloats();
    int classes = source.classes();
    ProfileMeasurement measurement = new ProfileMeasurement(classes);
    for (int n = 0; n < labels.length; n++) {
      measurement.add(
          Arrays.copyOfRange(logits, n * classes, (n + 1) * classes), new float[0], labels[n]);
    }
    return assemble.apply(
        measurement.measure(source.modelDigest(), List.of()).withPrior(source.prior()));
  }
}
