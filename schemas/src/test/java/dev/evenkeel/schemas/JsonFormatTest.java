package dev.evenkeel.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonFormatTest {
  private static final String SAMPLE =
      """
      {"stream_id": "s", "sample_id": "1", "event_time": 5, "dtype": "UINT8", "shape": [2],
       "data": "AP8="}""";

  static Iterable<SpecificRecord> messages() {
    return Messages.all();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void roundTrips(SpecificRecord message) throws IOException {
    byte[] encoded = CompatibilityTest.encode(WireFormat.JSON, message);
    assertThat(new String(encoded, StandardCharsets.UTF_8)).doesNotContain("\n");
    assertThat(CompatibilityTest.decode(WireFormat.JSON, message, encoded)).isEqualTo(message);
  }

  @Test
  void fieldsWithDefaultsMayBeLeftOut() throws IOException {
    Sample sample = decode(SAMPLE);
    assertThat(sample)
        .isEqualTo(
            new Sample(
                "s",
                "1",
                Instant.ofEpochMilli(5),
                DataType.UINT8,
                List.of(2),
                ByteBuffer.wrap(new byte[] {0, -1}),
                null,
                Map.of()));
  }

  @Test
  void defaultsAreNotSharedBetweenMessages() throws IOException {
    decode(SAMPLE).getAttributes().put("a", "b");
    assertThat(decode(SAMPLE).getAttributes()).isEmpty();
  }

  @Test
  void nonFiniteNumbersSurvive() throws IOException {
    Prediction prediction = Messages.prediction();
    prediction.setProbabilities(
        List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY));
    byte[] encoded = CompatibilityTest.encode(WireFormat.JSON, prediction);
    assertThat(CompatibilityTest.decode(WireFormat.JSON, prediction, encoded))
        .isEqualTo(prediction);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"event_time\" | \"colour\": 1, \"event_time\" | UNKNOWN_FIELD | Sample has no field 'colour'",
        "\"event_time\": 5, | `` | MISSING_FIELD | Sample lacks the field 'event_time'",
        "\"event_time\": 5 | \"event_time\": 5.5 | MALFORMED | Sample.event_time is 5.5",
        "[2] | [2, \"3\"] | MALFORMED | Sample.shape[1] is \"3\", expected an int",
        "[2] | [3000000000] | MALFORMED | Sample.shape[0] is 3000000000, expected an int",
        "UINT8 | INT8 | MALFORMED | one of [FLOAT32, UINT8]",
        "AP8= | ?? | MALFORMED | Sample.data",
        "\"sample_id\" | \"stream_id\": \"t\", \"sample_id\" | MALFORMED | Duplicate",
        "=\"} | =\"} {} | TRAILING_BYTES | more follows",
        "=\"} | =\" | TRUNCATED | line 2",
        "=\"} | =\"] | MALFORMED | line 2",
      })
  void refusesAndSaysWhy(String part, String by, RejectionReason reason, String detail) {
    assertThat(SAMPLE).contains(part);
    DecodeException refusal = refusal(SAMPLE.replace(part, by));
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.detail()).contains(detail);
  }

  @Test
  void blankValueIsEmpty() {
    assertThat(refusal("  \n").reason()).isEqualTo(RejectionReason.EMPTY_VALUE);
  }

  @Test
  void avroBytesAreNotJson() {
    byte[] avro = CompatibilityTest.encode(WireFormat.AVRO, Messages.sample());
    assertThat(refusal(new String(avro, StandardCharsets.ISO_8859_1)).reason())
        .isEqualTo(RejectionReason.MALFORMED);
  }

  private static DecodeException refusal(String json) {
    return catchThrowableOfType(DecodeException.class, () -> decode(json));
  }

  private static Sample decode(String json) throws DecodeException {
    return MessageDecoder.of(WireFormat.JSON, Sample.class)
        .decode(json.getBytes(StandardCharsets.UTF_8));
  }
}
