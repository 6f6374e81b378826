package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.drift.ShiftAlarm.Event;
import dev.evenkeel.adapters.labelshift.Gaussians;
import dev.evenkeel.adapters.profile.SourceProfile;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class ShiftWatchTest {
  private static final int BATCH = 32;
  private static final int CLASSES = Gaussians.CLASSES;

  private final long seed = Long.getLong("evenkeel.seed", 5);
  private final Gaussians world = new Gaussians(seed);
  private final SourceProfile profile = world.profile(4000);
  private final ShiftWatch watch =
      new ShiftWatch(
          Optional.of(profile.moments()), ChangeDetectors.named("page-hinkley"), CLASSES);
  private final SourceSignals signals = new SourceSignals(profile);

  @Test
  void isSilentOnTheSourceDomain() {
    List<Event> events = run(100_000, i -> world.sourceLabel(), i -> 1, false);
    assertThat(events).as("seed %d", seed).isEmpty();
  }

  @Test
  void theOrderOfClassesIsNoCovariateShift() {
    List<Event> events = run(40_000, i -> i / 1000 % CLASSES, i -> 1, false);
    assertThat(events).as("seed %d", seed).doesNotContain(Event.COVARIATE_SHIFT);
    assertThat(events).as("seed %d", seed).contains(Event.LABEL_SHIFT);
  }

  @Test
  void tellsCovariateShift() {
    List<Event> events = run(4096, i -> world.sourceLabel(), i -> i < 2048 ? 1 : 0.3, false);
    assertThat(events).as("seed %d", seed).contains(Event.COVARIATE_SHIFT);
  }

  @Test
  void tellsCollapseOfTheAdaptedModelAlone() {
    List<Event> events = run(4096, i -> world.sourceLabel(), i -> 1, true);
    assertThat(events).as("seed %d", seed).containsOnly(Event.COLLAPSE);
  }

  @Test
  void withoutAProfileOnlyCollapseIsFound() {
    ShiftWatch blind =
        new ShiftWatch(Optional.empty(), ChangeDetectors.named("page-hinkley"), CLASSES);
    double[] state = blind.start();
    double[] even = {8, 8, 8, 8};
    double[] one = {32, 0, 0, 0};
    int alarms = 0;
    for (int i = 0; i < 100; i++) {
      ShiftWatch.Watched seen = blind.next(state, BATCH, one, even, null);
      assertThat(seen.alarms()).allMatch(alarm -> alarm.event() == Event.COLLAPSE);
      alarms += seen.alarms().size();
      state = seen.state();
    }
    assertThat(alarms).isPositive();
  }

  /**
   * @param contrast of each sample; below 1 is a covariate shift
   * @param collapses whether the emitted answers become one class half way
   */
  private List<Event> run(
      int samples, IntUnaryOperator label, IntToDoubleFunction contrast, boolean collapses) {
    List<Event> events = new ArrayList<>();
    double[] state = watch.start();
    for (int begin = 0; begin < samples; begin += BATCH) {
      float[] logits = new float[BATCH * CLASSES];
      for (int i = 0; i < BATCH; i++) {
        double x = world.sample(label.applyAsInt(begin + i), contrast.applyAsDouble(begin + i));
        System.arraycopy(Gaussians.logits(x), 0, logits, i * CLASSES, CLASSES);
      }
      FloatBuffer buffer = FloatBuffer.wrap(logits);
      Answered source = Answered.of(buffer, new int[BATCH], CLASSES, Double.NaN);
      double[] emitted = source.probabilitySum();
      if (collapses && begin > samples / 2) {
        emitted = new double[CLASSES];
        emitted[1] = BATCH;
      }
      ShiftWatch.Watched seen =
          watch.next(state, BATCH, emitted, source.probabilitySum(), signals.sum(buffer, BATCH));
      seen.alarms().forEach(alarm -> events.add(alarm.event()));
      state = seen.state();
    }
    return events;
  }
}
