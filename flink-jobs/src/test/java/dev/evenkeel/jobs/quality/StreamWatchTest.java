package dev.evenkeel.jobs.quality;

import static dev.evenkeel.jobs.quality.WatchHarness.DELAY;
import static dev.evenkeel.jobs.quality.WatchHarness.LOGIT;
import static dev.evenkeel.jobs.quality.WatchHarness.PROFILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.PredictionWindow.Fate;
import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.v1.DriftAlarm;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.LiveAccuracy;
import dev.evenkeel.v1.Segment;
import dev.evenkeel.v1.SegmentAlarm;
import dev.evenkeel.v1.SegmentFigures;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Windows of four answers of a model with two classes that answers with 0.8. */
class StreamWatchTest {
  private static final DriftReference REFERENCE = DriftReference.of(PROFILE);

  @Test
  void reportsAfterSoManyAnswersOfAStream() throws Exception {
    try (WatchHarness harness = new WatchHarness(4, REFERENCE)) {
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
      assertThat(report.getAdaptation().getParameterDistance()).isEqualTo(0.25);
      assertThat(report.getAdaptation().getUpdateNorm())
          .as("mean over the batches that made a step")
          .isEqualTo(3);
      assertThat(report.getAdaptation().getAssignmentEntropy())
          .as("mean over the batches that it was measured at")
          .isEqualTo(0.5);
      assertThat(report.getEstimatedLabelDistribution()).containsExactly(0.75, 0.25);
      assertThat(report.getRecipe()).isEqualTo("tent");
      assertThat(report.getLiveAccuracy()).as("no label came").isNull();
    }
  }

  @Test
  void tellsNothingThatWasNotMeasured() throws Exception {
    try (WatchHarness harness = new WatchHarness(4, null)) {
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
    try (WatchHarness harness = new WatchHarness(4, REFERENCE)) {
      harness.answer("a", 0, 6);
      harness.label("a", 5, 1, 20);
      harness.answer("a", 6, 8);
      expected = harness.reports();
    }
    OperatorSubtaskState checkpoint;
    try (WatchHarness harness = new WatchHarness(4, REFERENCE)) {
      harness.answer("a", 0, 6);
      checkpoint = harness.harness.snapshot(1, 1);
    }
    try (WatchHarness harness = new WatchHarness(4, REFERENCE, checkpoint)) {
      harness.label("a", 5, 1, 20);
      harness.answer("a", 6, 8);
      assertThat(harness.reports()).containsExactly(expected.get(1));
    }
  }

  @Test
  void labelsMeetTheirAnswersInAnyOrder() throws Exception {
    try (WatchHarness harness = new WatchHarness(4, null)) {
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
    try (WatchHarness harness = new WatchHarness(4, null)) {
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
    try (WatchHarness harness = new WatchHarness(4, null)) {
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
    try (WatchHarness harness = new WatchHarness(4, null)) {
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
    try (WatchHarness harness = new WatchHarness(100, null)) {
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
    try (WatchHarness harness = new WatchHarness(4000, REFERENCE)) {
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

  @Test
  void tellsTheWorstSegmentByItsLabels() throws Exception {
    try (WatchHarness harness = new WatchHarness(800, REFERENCE)) {
      for (int i = 0; i < 800; i++) {
        // Answers of the night are wrong half of the time, those of the day never.
        boolean night = i % 4 == 0;
        harness.segment = night ? "night" : "day";
        harness.answer("a", i, i % 2, false, LOGIT);
        if (i < 799) {
          harness.label("a", i, night && i % 8 == 0 ? 1 - i % 2 : i % 2, 5);
        }
      }
      DriftReport report = harness.reports().get(0);
      Segment worst = report.getWorstSegment();
      assertThat(worst.getAttribute()).isEqualTo("light");
      assertThat(worst.getValue()).isEqualTo("night");
      assertThat(worst.getSamples()).isEqualTo(200);
      assertThat(worst.getAccuracy()).isEqualTo(0.5);
      SegmentFigures figures = report.getWorstSegmentFigures();
      assertThat(figures.getBasis()).isEqualTo("labels");
      assertThat(figures.getLabelled()).isEqualTo(200);
      assertThat(figures.getRestAccuracy()).isEqualTo(1);
      assertThat(figures.getGap()).isEqualTo(0.5);
      assertThat(figures.getAccuracyLow()).isCloseTo(0.4314, within(1e-4));
      assertThat(figures.getSegments()).isEqualTo(2);
      assertThat(figures.getGatheredSamples()).isZero();
      assertThat(report.getSourceRecallPerClass()).hasSize(2);
      assertThat(report.getSegmentAlarms())
          .extracting(
              SegmentAlarm::getSegment,
              raised -> raised.getAlarm().getSignal(),
              raised -> raised.getAlarm().getEvent())
          .containsExactly(tuple("night", "segment-gap", "segment-degradation"));
    }
  }

  @Test
  void countsWhyNothingWasLearned() throws Exception {
    try (WatchHarness harness = new WatchHarness(4, null)) {
      harness.answer("a", 0, 1);
      harness.fate = Fate.SKIPPED;
      harness.reason = "fallen-back";
      harness.answer("a", 1, 3);
      harness.fate = Fate.RESET;
      harness.reason = "guard-order";
      harness.answer("a", 3, 4);
      harness.reason = "";
      harness.answer("a", 4, 8);
      assertThat(harness.reports())
          .extracting(DriftReport::getUnlearnedBatches)
          .containsExactly(Map.of("skipped fallen-back", 2L, "reset guard-order", 1L), Map.of());
    }
  }

  @Test
  void aWindowEndsWhereAnotherModelAnswers() throws Exception {
    try (WatchHarness harness = new WatchHarness(4, null)) {
      harness.answer("a", 0, 3);
      harness.model = "another";
      harness.answer("a", 3, 7);
      harness.model = "m";
      harness.answer("a", 7, 11);
      assertThat(harness.reports())
          .extracting(DriftReport::getModelVersion, DriftReport::getSamples)
          .containsExactly(tuple("m", 3L), tuple("another", 4L), tuple("m", 4L));
      assertThat(harness.reports().get(1).getKsConfidence())
          .as("no profile is known of it")
          .isNull();
    }
  }

  @Test
  void tellsThatAProtectedClassWasLost() throws Exception {
    try (WatchHarness harness = new WatchHarness(4, null)) {
      harness.answer("a", 0, 2);
      harness.reason = "protected-class-alarm";
      harness.answer("a", 2, 3);
      harness.reason = "reset-every";
      harness.answer("a", 3, 4);
      List<DriftAlarm> alarms = harness.reports().get(0).getAlarms();
      assertThat(alarms)
          .extracting(
              DriftAlarm::getDetector,
              DriftAlarm::getSignal,
              DriftAlarm::getEvent,
              DriftAlarm::getAdaptationStep)
          .containsExactly(tuple("class-guard", "protected-class", "class-loss", 2L));
    }
  }

  @Test
  void forgetsAStreamThatIsGone() throws Exception {
    try (WatchHarness harness = new WatchHarness(800, REFERENCE)) {
      harness.idleMillis = 100 * DELAY;
      harness.start();
      harness.segment = "day";
      harness.answer("a", 0, 300);
      harness.answer("b", 0, 300);
      harness.harness.setProcessingTime(60 * DELAY);
      harness.answer("b", 300, 400);
      harness.harness.setProcessingTime(120 * DELAY);
      harness.answer("a", 300, 799);
      harness.answer("b", 400, 799);
      assertThat(harness.reports()).isEmpty();
      harness.answer("a", 799, 800);
      harness.answer("b", 799, 800);
      assertThat(harness.reports()).as("the window of a began anew").hasSize(1);
      assertThat(harness.reports().get(0).getStreamId()).isEqualTo("b");
      harness.harness.setProcessingTime(400 * DELAY);
      harness.harness.setProcessingTime(600 * DELAY);
      assertThat(harness.harness.numKeyedStateEntries()).as("nothing is kept").isZero();
      assertThat(harness.harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void aStreamIsNotGoneBecauseTheJobWas() throws Exception {
    OperatorSubtaskState checkpoint;
    try (WatchHarness harness = new WatchHarness(800, null)) {
      harness.idleMillis = 100 * DELAY;
      harness.start();
      harness.answer("a", 0, 400);
      checkpoint = harness.harness.snapshot(1, 1);
    }
    try (WatchHarness harness = new WatchHarness(800, null)) {
      harness.idleMillis = 100 * DELAY;
      harness.checkpoint = checkpoint;
      harness.now = 1000 * DELAY;
      harness.start();
      harness.harness.setProcessingTime(1001 * DELAY);
      harness.answer("a", 400, 800);
      assertThat(harness.reports()).hasSize(1);
    }
  }

  @Test
  void readsWhatAnEarlierReleaseKept() {
    long[] first = {1, 0, Float.floatToIntBits(0.75f), 99, 1};
    assertThat(Answer.of(first)).isEqualTo(new Answer(1, 0, 0.75f, 99, true, 0));
    Answer answer = new Answer(1, 0, 0.75f, 99, false, 7);
    assertThat(Answer.of(answer.toLongs())).isEqualTo(answer);

    Movement movement = new Movement(0.5, 6, 2, 0, 0);
    assertThat(Movement.of(new double[] {0.5, 6, 2})).isEqualTo(movement);
    Movement later = movement.with(new double[] {0.25, Double.NaN});
    assertThat(later).isEqualTo(new Movement(0.25, 6, 2, 0, 0));
    assertThat(later.meanEntropyOrNull()).isNull();
    assertThat(Movement.of(later.toArray())).isEqualTo(later);

    LiveTally present = new LiveTally(2);
    present.add(new Answer(1, 1, 0.75f, 0, false, 0), 1, 4);
    double[] told = present.toArray();
    LiveTally earlier = new LiveTally(Arrays.copyOf(told, told.length - 4), 2);
    assertThat(earlier.toRecord().getRecallPerClass()).containsExactly(null, 1.0);
    assertThat(earlier.sourceRecall()).containsExactly(null, null);
    assertThat(present.sourceRecall()).containsExactly(null, 1.0);
  }

  @Test
  void comparesFeaturesOfTheWindowWithTheSources() throws Exception {
    try (WatchHarness harness = new WatchHarness(100, REFERENCE)) {
      harness.answerWithFeatures("a", 0, 100, 0);
      harness.answerWithFeatures("a", 100, 200, 3);
      DriftReport home = harness.reports().get(0);
      assertThat(home.getFeatureSamples()).isEqualTo(100);
      assertThat(home.getFeatureMmd2()).isLessThan(2 * home.getFeatureMmd2Noise());
      assertThat(home.getClassConditionalDistance()).isCloseTo(0, within(0.1));
      DriftReport away = harness.reports().get(1);
      assertThat(away.getFeatureSamples()).as("the window began anew").isEqualTo(100);
      assertThat(away.getFeatureMmd2()).isGreaterThan(10 * away.getFeatureMmd2Noise());
      assertThat(away.getClassConditionalDistance()).isCloseTo(9, within(2.0));
    }
  }

  @Test
  void keepsAtMostSoManyFeaturesAndGoesOnWithThemExactly() throws Exception {
    DriftReport expected;
    try (WatchHarness harness = new WatchHarness(400, REFERENCE)) {
      harness.answerWithFeatures("a", 0, 400, 1);
      expected = harness.reports().get(0);
    }
    assertThat(expected.getFeatureSamples()).isEqualTo(256);
    OperatorSubtaskState checkpoint;
    try (WatchHarness harness = new WatchHarness(400, REFERENCE)) {
      harness.answerWithFeatures("a", 0, 250, 1);
      checkpoint = harness.harness.snapshot(1, 1);
    }
    try (WatchHarness harness = new WatchHarness(400, REFERENCE, checkpoint)) {
      harness.answerWithFeatures("a", 250, 400, 1);
      assertThat(harness.reports()).containsExactly(expected);
    }
  }

  @Test
  void tellsNoFiguresOfFeaturesByAProfileWithoutThem() throws Exception {
    ProfileMeasurement measurement = new ProfileMeasurement(2);
    for (int i = 0; i < 100; i++) {
      measurement.add(new float[] {i % 2, 0.5f}, new float[0], i % 2);
    }
    SourceProfile without = measurement.measure("none", List.of());
    try (WatchHarness harness = new WatchHarness(4, DriftReference.of(without))) {
      harness.answerWithFeatures("a", 0, 4, 0);
      DriftReport report = harness.reports().get(0);
      assertThat(report.getEmitted().getJsDivergence()).isNotNull();
      assertThat(report.getFeatureMmd2()).isNull();
      assertThat(report.getFeatureMmd2Noise()).isNull();
      assertThat(report.getClassConditionalDistance()).isNull();
      assertThat(report.getFeatureSamples()).isNull();
    }
  }
}
