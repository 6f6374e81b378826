package dev.evenkeel.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DecodeSamplesTest {
  private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOW = Instant.ofEpochMilli(1234);

  private final MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
  private OneInputStreamOperatorTestHarness<RawRecord, StreamSample> harness;

  @BeforeEach
  void open() throws Exception {
    open(new InputSpec(false, List.of(1, 28, 28)));
  }

  private void open(InputSpec input) throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(
                new DecodeSamples(
                    new SampleReader(Wire.AVRO, input, Set.of("site", "absent")),
                    new DeadLetterWriter(100, () -> NOW),
                    new MetricsOptions("test", "source", -1))));
    harness.setup(StreamSampleSerializer.INSTANCE);
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void passesOnWhatFitsTheModel() throws Exception {
    feed(encoder.encode(FashionSamples.message("s", 3)));

    assertThat(harness.extractOutputValues()).containsExactly(FashionSamples.sample("s", 3));
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void keepsTheAttributesThatTheJobReads() throws Exception {
    Sample sample = FashionSamples.message("s", 3);
    sample.setAttributes(Map.of("site", "north", "other", "x"));
    feed(encoder.encode(sample));

    assertThat(harness.extractOutputValues())
        .containsExactly(FashionSamples.sample("s", 3, Map.of("site", "north")));
  }

  @Test
  void keepsTheTraceOfTheHeadersOrElseOfTheAttributes() throws Exception {
    Headers headers = new RecordHeaders();
    headers.add("traceparent", "00-1-2-01".getBytes(StandardCharsets.UTF_8));
    headers.add("tracestate", "a=b".getBytes(StandardCharsets.UTF_8));
    Sample sample = FashionSamples.message("s", 3);
    sample.setAttributes(Map.of("traceparent", "00-3-4-01", "site", "north"));
    byte[] value = encoder.encode(sample);
    feed(value, TraceContext.of(headers));
    feed(value, TraceContext.NONE);
    headers.add("traceparent", new byte[129]);
    feed(encoder.encode(FashionSamples.message("s", 3)), TraceContext.of(headers));

    assertThat(harness.extractOutputValues())
        .extracting(StreamSample::attributes)
        .containsExactly(
            Map.of("traceparent", "00-1-2-01", "tracestate", "a=b", "site", "north"),
            Map.of("traceparent", "00-3-4-01", "site", "north"),
            Map.of());
  }

  @Test
  void aChannelAxisOfOneMayBeLeftOut() throws Exception {
    Sample sample = FashionSamples.message("s", 3);
    sample.setShape(List.of(28, 28));
    feed(encoder.encode(sample));

    assertThat(harness.extractOutputValues()).containsExactly(FashionSamples.sample("s", 3));
  }

  @Test
  void everyRecordThatCannotBeAnsweredBecomesOneDeadLetter() throws Exception {
    byte[] good = encoder.encode(FashionSamples.message("s", 0));
    feed(null);
    feed(Arrays.copyOf(good, good.length - 1));
    feed(good);
    feed(Arrays.copyOf(good, good.length + 1));
    Sample wrongShape = FashionSamples.message("s", 0);
    wrongShape.setShape(List.of(28, 1, 28));
    feed(encoder.encode(wrongShape));
    feed(encoder.encode(floats(1f, Float.NaN)));
    feed(encoder.encode(floats(1f, Float.NEGATIVE_INFINITY)));
    feed(encoder.encode(floats(1f, 2f)));
    Sample elsewhere = FashionSamples.message("s", 0);
    elsewhere.setData(ByteBuffer.allocate(0));
    elsewhere.setDataUri("file:///etc/passwd");
    feed(encoder.encode(elsewhere));

    assertThat(deadLetters())
        .extracting(DeadLetter::getReason)
        .containsExactly(
            "empty-value",
            "truncated",
            "trailing-bytes",
            "wrong-shape",
            "non-finite",
            "non-finite",
            "payload-refused");
    assertThat(harness.extractOutputValues()).hasSize(2);
  }

  @Test
  void aDeadLetterSaysWhereTheRecordLayAndHoldsItsBeginning() throws Exception {
    byte[] value = encoder.encode(FashionSamples.message("s", 0));
    byte[] truncated = Arrays.copyOf(value, 500);
    feed(truncated);

    DeadLetter letter = deadLetters().get(0);
    assertThat(letter.getSourceTopic()).isEqualTo("samples");
    assertThat(letter.getSourcePartition()).isEqualTo(2);
    assertThat(letter.getSourceOffset()).isEqualTo(77);
    assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(KEY));
    assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(truncated, 0, 100));
    assertThat(letter.getOriginalLength()).isEqualTo(500);
    assertThat(letter.getFailedAt()).isEqualTo(NOW);
  }

  @Test
  void aModelOfBytesTakesNoFloats() throws Exception {
    close();
    open(new InputSpec(true, List.of(1, 28, 28)));
    feed(encoder.encode(floats(1f, 2f)));

    assertThat(deadLetters()).extracting(DeadLetter::getReason).containsExactly("wrong-dtype");
  }

  /** A FLOAT32 sample whose first and last elements are given. */
  private static Sample floats(float first, float last) {
    ByteBuffer data = ByteBuffer.allocate(28 * 28 * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(0, first).putFloat(data.capacity() - 4, last);
    Sample sample = FashionSamples.message("s", 0);
    sample.setDtype(DataType.FLOAT32);
    sample.setData(data);
    return sample;
  }

  private void feed(byte[] value) throws Exception {
    feed(value, TraceContext.NONE);
  }

  private void feed(byte[] value, TraceContext trace) throws Exception {
    harness.processElement(
        new StreamRecord<>(new RawRecord("samples", 2, 77, 3, KEY, value, trace)));
  }

  private List<DeadLetter> deadLetters() {
    var letters = harness.getSideOutput(DecodeSamples.DEAD_LETTERS);
    return letters == null ? List.of() : letters.stream().map(StreamRecord::getValue).toList();
  }
}
