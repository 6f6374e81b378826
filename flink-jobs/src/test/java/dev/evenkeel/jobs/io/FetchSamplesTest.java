package dev.evenkeel.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.payload.AllowedUris;
import dev.evenkeel.jobs.payload.PayloadOptions;
import dev.evenkeel.jobs.payload.PayloadStoreException;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.Sample;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // Flink's harnesses may be interrupted as they close.
class FetchSamplesTest {
  @TempDir private Path directory;

  private final MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
  private Path payloads;
  private String place;

  @BeforeEach
  void makeStore() throws Exception {
    payloads = Files.createDirectory(directory.resolve("payloads"));
    place = payloads.toUri().toString();
  }

  @Test
  void samplesLeaveInTheOrderOfTheirRecordsWithTheirPayloads() throws Exception {
    Files.write(payloads.resolve("a"), FashionSamples.message("s", 0).getData().array());

    List<ReadSample> read = fetch(claim(0, "a"), FashionSamples.message("s", 1), claim(2, "b"));

    assertThat(read.subList(0, 2))
        .containsExactly(
            new ReadSample.Accepted(FashionSamples.sample("s", 0)),
            new ReadSample.Accepted(FashionSamples.sample("s", 1)));
    assertThat(read.get(2))
        .isInstanceOfSatisfying(
            ReadSample.Refused.class,
            refused -> assertThat(refused.letter().getReason()).isEqualTo("payload-unavailable"));
  }

  /** In place of the sample: nothing that would let a checkpoint be taken without it. */
  @Test
  void payloadOutOfReachLeavesInItsPlaceAndStopsTheJob() throws Exception {
    Files.delete(payloads);

    List<ReadSample> read = fetch(FashionSamples.message("s", 0), claim(1, "a"));

    assertThat(read).hasSize(2);
    assertThat(read.get(1))
        .isInstanceOfSatisfying(
            ReadSample.Unreachable.class,
            unreachable ->
                assertThat(unreachable.why()).contains("Payloads cannot be fetched from " + place));
    try (var split =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new SplitSamples(new MetricsOptions("test", "source", -1))),
            new ReadSampleSerializer())) {
      split.setup(StreamSampleSerializer.INSTANCE);
      split.open();
      split.processElement(new StreamRecord<>(read.get(0)));
      assertThatThrownBy(() -> split.processElement(new StreamRecord<>(read.get(1))))
          .isInstanceOf(PayloadStoreException.class)
          .hasMessageContaining("Payloads cannot be fetched");
      assertThat(split.extractOutputValues()).containsExactly(FashionSamples.sample("s", 0));
    }
  }

  private Sample claim(int position, String name) {
    Sample sample = FashionSamples.message("s", position);
    sample.setData(ByteBuffer.allocate(0));
    sample.setDataUri(place + name);
    return sample;
  }

  private List<ReadSample> fetch(Sample... samples) throws Exception {
    PayloadOptions options =
        new PayloadOptions(
            AllowedUris.parse(place), Duration.ofSeconds(5), Duration.ZERO, samples.length);
    FetchSamples function =
        new FetchSamples(
            new SampleReader(Wire.AVRO, new InputSpec(false, List.of(1, 28, 28)), Set.of()),
            options,
            new DeadLetterWriter(100, () -> Instant.EPOCH));
    try (var harness =
        new OneInputStreamOperatorTestHarness<RawRecord, ReadSample>(
            new AsyncWaitOperatorFactory<>(
                function, 0, options.inFlight(), AsyncDataStream.OutputMode.ORDERED),
            StreamTypes.RAW_RECORD.createSerializer(new SerializerConfigImpl()))) {
      harness.setup(new ReadSampleSerializer());
      harness.open();
      for (Sample sample : samples) {
        harness.processElement(
            new StreamRecord<>(
                new RawRecord(
                    "samples",
                    0,
                    0,
                    sample.getEventTime().toEpochMilli(),
                    null,
                    encoder.encode(sample),
                    TraceContext.NONE)));
      }
      harness.endInput();
      return harness.extractOutputValues();
    }
  }
}
