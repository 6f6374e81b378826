package dev.evenkeel.jobs.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.drift.Answered;
import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.PredictionWindow.Batch;
import dev.evenkeel.adapters.drift.PredictionWindow.Fate;
import dev.evenkeel.adapters.drift.SourceSignals;
import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.v1.DriftAlarm;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.LiveAccuracy;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Windows of four answers of a model with two classes that answers with 0.8. */
class StreamWatchTest {
  private static final long DELAY = 10_000;
  private static final float LOGIT = (float) Math.log(4);
  private static final SourceProfile PROFILE = profile();
  private static final DriftReference REFERENCE = DriftReference.of(PROFILE);

  @Test
  void reportsAfterSoManyAnswersOfAStream() throws Exception {
    try (Harness harness = new Harness(4, REFERENCE)) {
      harness.answer("a", 0, 3);
      harness.answer("b", 0, 4);
      assertThat(harness.reports()).extracting(DriftReport::getStreamId).containsExactly("b");
      harness.answer("a", 3, 5);
      DriftReport report = harness.reports().get(1);
      assertThat(report.getStreamId()).isEqualTo("a");
      assertThat(report.getSamples()).isEqualTo(4);
      assertThat(report.getBatches()).isEqualTo(4);
      assertThat(report.getWindowStart()).isEqualTo(Instant.ofEpochMilli(0));
      assertThat(report.getWindowEnd()).isEqualTo(Instant.ofEpochMilli(3));
      assertThat(report.getEmitted().getClassCounts()).containsExactly(2L, 2L);
      assertThat(report.getEmitted().getMeanConfidence()).isCloseTo(0.8, within(1e-6));
      assertThat(report.getEmitted().getJsDivergence()).isNotNull();
      assertThat(report.getSource().getSamples()).isEqualTo(4);
      assertThat(report.getSource().getClassCounts()).containsExactly(4L, 0L);
      assertThat(report.getKsConfidence()).isNotNull();
      assertThat(report.getEstimatedAccuracy().getAverageThresholdedConfidence()).isNotNull();
      assertThat(report.getEstimatedAccuracy().getAgreement()).isEqualTo(0.5);
      assertThat(report.getEstimatedAccuracy().getWarnings()).isNotEmpty();
      assertThat(report.getAdaptation().getUpdates()).isEqualTo(4);
      assertThat(report.getEstimatedLabelDistribution()).containsExactly(0.75, 0.25);
      assertThat(report.getRecipe()).isEqualTo("tent");
      assertThat(report.getLiveAccuracy()).as("no label came").isNull();
    }
  }

  @Test
  void tellsNothingThatWasNotMeasured() throws Exception {
    try (Harness harness = new Harness(4, null)) {
      harness.answer("a", 0, 4);
      DriftReport report = harness.reports().get(0);
      assertThat(report.getEmitted().getJsDivergence()).isNull();
      assertThat(report.getKsEntropy()).isNull();
      assertThat(report.getEstimatedAccuracy().getAverageConfidence()).isNull();
    }
  }

  @Test
  void goesOnInTheMiddleOfAWindow() throws Exception {
    List<DriftReport> expected;
    try (Harness harness = new Harness(4, REFERENCE)) {
      harness.answer("a", 0, 6);
      harness.label("a", 5, 1, 20);
      harness.answer("a", 6, 8);
      expected = harness.reports();
    }
    OperatorSubtaskState checkpoint;
    try (Harness harness = new Harness(4, REFERENCE)) {
      harness.answer("a", 0, 6);
      checkpoint = harness.harness.snapshot(1, 1);
    }
    try (Harness harness = new Harness(4, REFERENCE, checkpoint)) {
      harness.label("a", 5, 1, 20);
      harness.answer("a", 6, 8);
      assertThat(harness.reports()).containsExactly(expected.get(1));
    }
  }

  @Test
  void labelsMeetTheirAnswersInAnyOrder() throws Exception {
    try (Harness harness = new Harness(4, null)) {
      // Answers are 0, 1, 0, 1, the source model's always 0.
      harness.label("a", 2, 0, 0);
      harness.label("b", 0, 1, 0);
      harness.answer("a", 0, 3);
      harness.label("a", 1, 0, 500);
      harness.label("a", 0, 0, 1000);
      harness.answer("a", 3, 4);
      LiveAccuracy live = harness.reports().get(0).getLiveAccuracy();
      assertThat(live.getLabelled()).isEqualTo(3);
      assertThat(live.getAccuracy()).isCloseTo(2.0 / 3, within(1e-12));
      assertThat(live.getSourceAccuracy()).isEqualTo(1);
      assertThat(live.getMeanDelayMs()).isCloseTo(1500.0 / 3, within(1e-9));
      assertThat(live.getCalibrationError()).isCloseTo(0.8 - 2.0 / 3, within(1e-6));
      assertThat(live.getRecallPerClass()).containsExactly(2.0 / 3, null);
    }
  }

  @Test
  void aLabelCountsOnceAndOnlyInTime() throws Exception {
    try (Harness harness = new Harness(4, null)) {
      harness.answer("a", 0, 3);
      harness.label("a", 0, 0, 5);
      harness.label("a", 0, 1, 6);
      harness.label("a", 1, 1, DELAY);
      harness.label("a", 2, 0, DELAY + 1);
      harness.label("a", 2, 0, 7);
      harness.label("a", 0, -1, 8);
      harness.answer("a", 3, 4);
      LiveAccuracy live = harness.reports().get(0).getLiveAccuracy();
      assertThat(live.getLabelled()).isEqualTo(2);
      assertThat(live.getLate()).isEqualTo(1);
      assertThat(live.getAccuracy()).isEqualTo(1);
    }
  }

  @Test
  void unknownClassesAreNoMistakes() throws Exception {
    try (Harness harness = new Harness(4, null)) {
      harness.answer("a", 0, 2);
      harness.label("a", 0, -1, 5);
      harness.label("a", 1, 1, 5);
      harness.answer("a", 2, 4);
      LiveAccuracy live = harness.reports().get(0).getLiveAccuracy();
      assertThat(live.getLabelled()).isEqualTo(1);
      assertThat(live.getAccuracy()).isEqualTo(1);
    }
  }

  @Test
  void labelsThatComeAfterTheReportAreInTheNext() throws Exception {
    try (Harness harness = new Harness(4, null)) {
      harness.answer("a", 0, 4);
      harness.label("a", 0, 0, 50);
      harness.label("a", 1, 0, 50);
      harness.answer("a", 4, 8);
      assertThat(harness.reports().get(0).getLiveAccuracy()).isNull();
      assertThat(harness.reports().get(1).getLiveAccuracy().getLabelled()).isEqualTo(2);
      assertThat(harness.reports().get(1).getLiveAccuracy().getAccuracy()).isEqualTo(0.5);
    }
  }

  @Test
  void forgetsAnswersAndLabelsThatAreTooOld() throws Exception {
    try (Harness harness = new Harness(100, null)) {
      harness.answer("a", 0, 4);
      harness.label("a", 99, 0, 5);
      for (long now = 0; now <= 4 * DELAY; now += DELAY / 8) {
        harness.harness.setProcessingTime(now);
      }
      assertThat(harness.harness.numProcessingTimeTimers()).as("nothing to wait for").isZero();
      harness.label("a", 0, 0, 5);
      harness.answer("a", 4, 100);
      LiveAccuracy live = harness.reports().get(0).getLiveAccuracy();
      assertThat(live).as("no label was joined").isNull();
    }
  }

  @Test
  void raisesAlarmsInTheReportOfTheirWindow() throws Exception {
    try (Harness harness = new Harness(4000, REFERENCE)) {
      Random random = new Random(1);
      for (int i = 0; i < 4000; i++) {
        // From half way the source model answers 0.55, as it never does at home.
        float logit = i < 2000 ? LOGIT : 0.2f;
        harness.answer("a", i, i % 2, random.nextBoolean(), logit);
      }
      List<DriftAlarm> alarms = harness.reports().get(0).getAlarms();
      assertThat(alarms).isNotEmpty();
      assertThat(alarms.get(0).getDetector()).isEqualTo("page-hinkley");
      assertThat(alarms).extracting(DriftAlarm::getEvent).contains("covariate-shift");
      assertThat(alarms.get(0).getAdaptationStep()).isGreaterThan(2000);
      assertThat(alarms.get(0).getValue()).isGreaterThan(alarms.get(0).getThreshold());
    }
  }

  private static SourceProfile profile() {
    ProfileMeasurement measurement = new ProfileMeasurement(2);
    for (int i = 0; i < 1000; i++) {
      boolean second = i % 2 == 0;
      float[] logits = second ? new float[] {0, LOGIT} : new float[] {LOGIT, 0};
      measurement.add(logits, new float[0], (i % 10 < 8) == second ? 1 : 0);
    }
    return measurement.measure("none", List.of());
  }

  /** The operator. */
  private static final class Harness implements AutoCloseable {
    final KeyedTwoInputStreamOperatorTestHarness<String, WatchedBatch, LabelArrival, DriftReport>
        harness;
    private final SourceSignals signals = new SourceSignals(PROFILE);

    Harness(int window, DriftReference reference) throws Exception {
      this(window, reference, null);
    }

    Harness(int window, DriftReference reference, OperatorSubtaskState checkpoint)
        throws Exception {
      WatchOptions options =
          new WatchOptions(
              window,
              2,
              reference,
              "page-hinkley",
              DELAY,
              new MetricsOptions("watch-test", "tent", -1));
      harness =
          new KeyedTwoInputStreamOperatorTestHarness<>(
              new KeyedCoProcessOperator<>(new StreamWatch(options)),
              WatchedBatch::streamId,
              LabelArrival::streamId,
              Types.STRING);
      harness.setup(StreamTypes.DRIFT_REPORT.createSerializer(null));
      if (checkpoint != null) {
        harness.initializeState(checkpoint);
      }
      harness.open();
    }

    /** Batches of one: even samples are answered with 0, odd ones with 1, at time 0. */
    void answer(String stream, int from, int to) throws Exception {
      for (int i = from; i < to; i++) {
        answer(stream, i, i % 2, false, LOGIT);
      }
    }

    /**
     * @param second whether the source model answers 1
     * @param logit how sure it is of its answer
     */
    void answer(String stream, int i, int label, boolean second, float logit) throws Exception {
      float[] emitted = label == 0 ? new float[] {LOGIT, 0} : new float[] {0, LOGIT};
      FloatBuffer source =
          FloatBuffer.wrap(second ? new float[] {0, logit} : new float[] {logit, 0});
      Batch batch =
          new Batch(
              Answered.of(FloatBuffer.wrap(emitted), new int[] {label}, 2, 1),
              Answered.of(source, new int[] {second ? 1 : 0}, 2, 1),
              new double[] {0.75, 0.25},
              i,
              Fate.ADAPTED,
              0,
              0,
              i,
              i);
      harness.processElement1(
          new WatchedBatch(
              stream,
              List.of(Integer.toString(i)),
              "m",
              0,
              signals.sum(source, 1),
              new double[0],
              batch),
          i);
    }

    void label(String stream, int i, int label, long arrivedAt) throws Exception {
      harness.processElement2(
          new LabelArrival(stream, Integer.toString(i), label, arrivedAt), arrivedAt);
    }

    List<DriftReport> reports() {
      return harness.extractOutputValues();
    }

    @Override
    public void close() {
      try {
        harness.close();
      } catch (Exception e) {
        throw new IllegalStateException("The operator does not close", e);
      }
    }
  }
}
