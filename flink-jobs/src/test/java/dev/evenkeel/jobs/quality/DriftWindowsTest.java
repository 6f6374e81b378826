package dev.evenkeel.jobs.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Outcome;
import dev.evenkeel.v1.Prediction;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class DriftWindowsTest {
  private static final DriftReference REFERENCE =
      new DriftReference(new long[] {500, 500}, 0.9, 0.95, 0.7);

  @Test
  void reportsAfterSoManyAnswersOfAStream() throws Exception {
    try (Harness harness = new Harness(REFERENCE)) {
      harness.feed("a", 0, 3);
      harness.feed("b", 0, 4);
      assertThat(harness.reports()).extracting(DriftReport::getStreamId).containsExactly("b");
      harness.feed("a", 3, 5);
      DriftReport report = harness.reports().get(1);
      assertThat(report.getStreamId()).isEqualTo("a");
      assertThat(report.getSamples()).isEqualTo(4);
      assertThat(report.getWindowStart()).isEqualTo(Instant.ofEpochMilli(0));
      assertThat(report.getWindowEnd()).isEqualTo(Instant.ofEpochMilli(3));
      assertThat(report.getEmitted().getClassCounts()).containsExactly(2L, 2L);
      assertThat(report.getEmitted().getJsDivergence()).isNotNull();
      assertThat(report.getEstimatedAccuracy().getAverageThresholdedConfidence()).isEqualTo(1.0);
      assertThat(report.getEstimatedAccuracy().getAgreement()).isEqualTo(0.5);
      assertThat(report.getEstimatedAccuracy().getWarnings()).isNotEmpty();
      assertThat(report.getAdaptation().getUpdates()).isEqualTo(4);
      assertThat(report.getRecipe()).isEqualTo("tent");
    }
  }

  @Test
  void tellsNothingThatWasNotMeasured() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.feed("a", 0, 4);
      DriftReport report = harness.reports().get(0);
      assertThat(report.getEmitted().getJsDivergence()).isNull();
      assertThat(report.getEstimatedAccuracy().getAverageConfidence()).isNull();
      assertThat(report.getLiveAccuracy()).isNull();
    }
  }

  @Test
  void goesOnInTheMiddleOfAWindow() throws Exception {
    List<DriftReport> expected;
    try (Harness harness = new Harness(REFERENCE)) {
      harness.feed("a", 0, 8);
      expected = harness.reports();
    }
    OperatorSubtaskState checkpoint;
    try (Harness harness = new Harness(REFERENCE)) {
      harness.feed("a", 0, 6);
      checkpoint = harness.harness.snapshot(1, 1);
    }
    try (Harness harness = new Harness(REFERENCE, checkpoint)) {
      harness.feed("a", 6, 8);
      assertThat(harness.reports()).containsExactly(expected.get(1));
    }
  }

  /** The operator with windows of four. */
  private static final class Harness implements AutoCloseable {
    final KeyedOneInputStreamOperatorTestHarness<String, Prediction, DriftReport> harness;

    Harness(DriftReference reference) throws Exception {
      this(reference, null);
    }

    Harness(DriftReference reference, OperatorSubtaskState checkpoint) throws Exception {
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new KeyedProcessOperator<>(new DriftWindows(4, reference, "tent")),
              Prediction::getStreamId,
              Types.STRING);
      harness.setup(StreamTypes.DRIFT_REPORT.createSerializer(null));
      if (checkpoint != null) {
        harness.initializeState(checkpoint);
      }
      harness.open();
    }

    void feed(String stream, int from, int to) throws Exception {
      for (int i = from; i < to; i++) {
        harness.processElement(prediction(stream, i), i);
      }
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

  private static Prediction prediction(String stream, int i) {
    Prediction prediction = new Prediction();
    prediction.setStreamId(stream);
    prediction.setSampleId(Integer.toString(i));
    prediction.setEventTime(Instant.ofEpochMilli(i));
    prediction.setLabel(i % 2);
    prediction.setProbabilities(i % 2 == 0 ? List.of(0.8f, 0.2f) : List.of(0.2f, 0.8f));
    prediction.setConfidence(0.8f);
    prediction.setEntropy(0.5f);
    prediction.setSourceLabel(0);
    prediction.setModelVersion("m");
    prediction.setAdaptationStep(i);
    prediction.setOutcome(Outcome.ADAPTED);
    prediction.setProducedAt(Instant.ofEpochMilli(i));
    return prediction;
  }
}
