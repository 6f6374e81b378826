package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.Prediction;
import java.util.List;
import java.util.stream.IntStream;

/** Statements about lists of predictions. */
final class Predictions {
  /** Which streams share a call of the runtime may differ, and with it the last digits. */
  private static final float TOLERANCE = 1e-5f;

  private Predictions() {}

  static MessageDecoder<Prediction> decoder() {
    return MessageDecoder.of(WireFormat.AVRO, Prediction.class);
  }

  static List<Prediction> of(String stream, List<Prediction> predictions) {
    return predictions.stream().filter(p -> p.getStreamId().equals(stream)).toList();
  }

  /** Each of the samples {@code [0, count)} is answered exactly once, in order. */
  static void assertEachOnceInOrder(List<Prediction> predictions, int count) {
    assertThat(predictions)
        .extracting(Prediction::getSampleId)
        .containsExactlyElementsOf(IntStream.range(0, count).mapToObj(Integer::toString).toList());
  }

  /** Same answers and same steps, one by one. */
  static void assertSameAnswers(List<Prediction> actual, List<Prediction> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertSameAnswer(actual.get(i), expected.get(i));
    }
  }

  private static void assertSameAnswer(Prediction actual, Prediction expected) {
    String sample = actual.getStreamId() + "/" + actual.getSampleId();
    assertThat(actual.getSampleId()).as(sample).isEqualTo(expected.getSampleId());
    assertThat(actual.getAdaptationStep()).as(sample).isEqualTo(expected.getAdaptationStep());
    assertThat(actual.getOutcome()).as(sample).isEqualTo(expected.getOutcome());
    assertThat(actual.getLabel()).as(sample).isEqualTo(expected.getLabel());
    assertThat(actual.getSourceLabel()).as(sample).isEqualTo(expected.getSourceLabel());
    for (int k = 0; k < expected.getProbabilities().size(); k++) {
      assertThat(actual.getProbabilities().get(k))
          .as("%s, class %d", sample, k)
          .isCloseTo(expected.getProbabilities().get(k), within(TOLERANCE));
    }
  }
}
