package dev.evenkeel.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.drift.Answered;
import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.SampledFeatures;
import dev.evenkeel.jobs.quality.QualityTypes;
import dev.evenkeel.jobs.quality.WatchedBatch;
import dev.evenkeel.jobs.quality.WatchedBatchSerializer;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.Outcome;
import dev.evenkeel.v1.Prediction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class StreamTypesTest {
  private static final StreamSample SAMPLE =
      new StreamSample(
          "s",
          "é1",
          258,
          772,
          DataType.UINT8,
          ByteBuffer.wrap(new byte[] {1, 2, -1}),
          Map.of("b", "2", "a", "1"));

  /** Written by version 1 once and for all: a checkpoint of any later release must read it. */
  private static final String SAMPLE_V1 =
      "0273" + "03e90131" + "0000000000000102" + "01" + "00000003" + "0102ff";

  /** The same of version 2. */
  private static final String SAMPLE_V2 =
      SAMPLE_V1 + "0000000000000304" + "00000002" + "0261" + "0231" + "0262" + "0232";

  @Test
  void samplesKeepTheirSecondLayout() throws IOException {
    assertThat(HexFormat.of().formatHex(bytes(StreamSampleSerializer.INSTANCE, SAMPLE)))
        .isEqualTo(SAMPLE_V2);
    assertThat(read(StreamSampleSerializer.INSTANCE, HexFormat.of().parseHex(SAMPLE_V2)))
        .isEqualTo(SAMPLE);
  }

  @Test
  void samplesOfTheFirstLayoutAreReadAndWrittenAnew() throws IOException {
    StreamSampleSerializer.Snapshot first = new StreamSampleSerializer.Snapshot();
    first.readSnapshot(1, new DataInputDeserializer(new byte[0]), null);

    assertThat(read(first.restoreSerializer(), HexFormat.of().parseHex(SAMPLE_V1)))
        .isEqualTo(
            new StreamSample(
                SAMPLE.streamId(),
                SAMPLE.sampleId(),
                SAMPLE.eventTime(),
                StreamSample.UNKNOWN_TIME,
                SAMPLE.dtype(),
                SAMPLE.payload(),
                Map.of()));
    StreamSampleSerializer.Snapshot present = new StreamSampleSerializer.Snapshot();
    assertThat(present.resolveSchemaCompatibility(first).isCompatibleAfterMigration()).isTrue();
    assertThat(present.resolveSchemaCompatibility(present).isCompatibleAsIs()).isTrue();
  }

  @Test
  void aSampleWritesOnlyItsPartOfASharedArray() throws IOException {
    ByteBuffer slice = ByteBuffer.wrap(new byte[] {9, 9, 1, 2, -1, 9}, 2, 3).slice();
    StreamSample sliced =
        new StreamSample("s", "é1", 258, 772, DataType.UINT8, slice, SAMPLE.attributes());

    assertThat(bytes(StreamSampleSerializer.INSTANCE, sliced))
        .isEqualTo(bytes(StreamSampleSerializer.INSTANCE, SAMPLE));
  }

  @Test
  void idsMayBeLongerThanJavaUtfAllows() throws IOException {
    StreamSample sample =
        new StreamSample(
            "x".repeat(70_000), "y", 0, 0, DataType.FLOAT32, ByteBuffer.allocate(0), Map.of());

    assertThat(
            read(StreamSampleSerializer.INSTANCE, bytes(StreamSampleSerializer.INSTANCE, sample)))
        .isEqualTo(sample);
  }

  @Test
  void labelsSurviveTheWay() throws IOException {
    LabelArrival label = new LabelArrival("s", "1", -1, 1L << 41);
    TypeSerializer<LabelArrival> serializer =
        StreamTypes.LABEL.createSerializer(new SerializerConfigImpl());
    assertThat(read(serializer, bytes(serializer, label))).isEqualTo(label);
  }

  @Test
  void samplesAndLabelsOnOneWayStayWhatTheyAre() throws IOException {
    TypeSerializer<StreamInput> serializer =
        StreamTypes.INPUT.createSerializer(new SerializerConfigImpl());
    for (StreamInput input : List.of(SAMPLE, new LabelArrival("s", "1", -1, 1L << 41))) {
      assertThat(read(serializer, bytes(serializer, input))).isEqualTo(input);
    }
    assertThatThrownBy(() -> read(serializer, new byte[] {2})).hasMessageContaining("kind 2");
  }

  @Test
  void watchedBatchesOfEarlierLayoutsAreReadAndWrittenAnew() throws IOException {
    Answered answered =
        new Answered(
            new int[] {1},
            new float[] {0.75f},
            new float[] {0.5f},
            new float[0],
            new float[0],
            0.5,
            new double[] {0.25, 0.75});
    WatchedBatch watched =
        new WatchedBatch(
            "s",
            List.of("1"),
            "m",
            5,
            new double[] {1},
            new double[0],
            List.of("é"),
            "r",
            new double[] {0.5, 0.25},
            new SampledFeatures(new int[] {1}, new float[] {0.5f, 2}),
            new PredictionWindow.Batch(
                answered, null, new double[0], 3, PredictionWindow.Fate.ADAPTED, 1, 1, 7, 8));
    TypeSerializer<WatchedBatch> present =
        QualityTypes.WATCHED_BATCH.createSerializer(new SerializerConfigImpl());
    byte[] third = bytes(present, watched);
    assertThat(read(present, third)).usingRecursiveComparison().isEqualTo(watched);

    // Version 2 ended before the features: four bytes for the number of samples, a label, four for
    // the number of values, two values.
    byte[] second = Arrays.copyOf(third, third.length - 4 - 4 - 4 - 8);
    WatchedBatch ofSecond = readEarlier(2, watched, second);
    assertThat(ofSecond.features()).isEqualTo(SampledFeatures.NONE);
    assertThat(ofSecond.segments()).containsExactly("é");
    assertThat(ofSecond.movement()).containsExactly(0.5, 0.25);
    // Version 1 ended before the segments: four bytes for their number, a name of three; the reason
    // of two; four bytes for the length of the movement, and its two numbers.
    byte[] first = Arrays.copyOf(second, second.length - 4 - 3 - 2 - 4 - 16);
    WatchedBatch ofFirst = readEarlier(1, watched, first);
    assertThat(ofFirst.segments()).isEmpty();
    assertThat(ofFirst.features()).isEqualTo(SampledFeatures.NONE);
    assertThat(ofFirst.batch()).usingRecursiveComparison().isEqualTo(watched.batch());
  }

  private static WatchedBatch readEarlier(int version, WatchedBatch watched, byte[] expected)
      throws IOException {
    WatchedBatchSerializer.Snapshot snapshot = new WatchedBatchSerializer.Snapshot();
    snapshot.readSnapshot(version, new DataInputDeserializer(new byte[0]), null);
    assertThat(bytes(snapshot.restoreSerializer(), watched)).isEqualTo(expected);
    return read(snapshot.restoreSerializer(), expected);
  }

  @Test
  void recordsKeepNullsApartFromNothing() throws IOException {
    RawRecord record = new RawRecord("topic", 3, 1L << 40, 1L << 41, null, new byte[0]);
    RawRecord copy =
        read(RawRecordSerializer.INSTANCE, bytes(RawRecordSerializer.INSTANCE, record));

    assertThat(copy).usingRecursiveComparison().isEqualTo(record);
    record = new RawRecord("topic", 0, 0, 0, new byte[] {1}, null, new TraceContext("p", "s"));
    copy = read(RawRecordSerializer.INSTANCE, bytes(RawRecordSerializer.INSTANCE, record));
    assertThat(copy).usingRecursiveComparison().isEqualTo(record);
  }

  @Test
  void predictionsSurviveTheWay() throws IOException {
    Prediction prediction =
        Prediction.newBuilder()
            .setStreamId("s")
            .setSampleId("1")
            .setEventTime(Instant.ofEpochMilli(5))
            .setLabel(1)
            .setProbabilities(List.of(0.25f, 0.75f))
            .setConfidence(0.75f)
            .setEntropy(0.5f)
            .setModelVersion("m")
            .setAdaptationStep(2)
            .setOutcome(Outcome.ADAPTED)
            .setProducedAt(Instant.ofEpochMilli(6))
            .build();
    TypeSerializer<TracedPrediction> serializer =
        StreamTypes.PREDICTION.createSerializer(new SerializerConfigImpl());

    for (TraceContext trace :
        List.of(TraceContext.NONE, new TraceContext("p", null), new TraceContext("p", "s"))) {
      TracedPrediction traced = new TracedPrediction(prediction, trace);
      assertThat(read(serializer, bytes(serializer, traced))).isEqualTo(traced);
    }
  }

  @Test
  void whatBecameOfARecordSurvivesTheWay() throws IOException {
    TypeSerializer<ReadSample> serializer = new ReadSampleSerializer();
    RawRecord record = new RawRecord("topic", 0, 7, 0, null, new byte[] {1});
    DeadLetter letter =
        new DeadLetterWriter(10, () -> Instant.EPOCH)
            .of(new DecodeException(RejectionReason.PAYLOAD_REFUSED, "so"), record);
    for (ReadSample read :
        List.of(
            new ReadSample.Accepted(FashionSamples.sample("s", 3)),
            new ReadSample.Refused(letter),
            new ReadSample.Unreachable("away"))) {
      assertThat(read(serializer, bytes(serializer, read))).isEqualTo(read);
    }
  }

  @Test
  void everySerializerComesBackFromItsSnapshot() throws IOException {
    for (TypeInformation<?> type :
        List.of(
            StreamTypes.RAW_RECORD,
            StreamTypes.SAMPLE,
            StreamTypes.PREDICTION,
            new FetchSamples(null, null, null).getProducedType(),
            StreamTypes.LABEL,
            StreamTypes.INPUT,
            QualityTypes.WATCHED_BATCH,
            StreamTypes.DEAD_LETTER)) {
      TypeSerializer<?> serializer = type.createSerializer(new SerializerConfigImpl());
      DataOutputSerializer out = new DataOutputSerializer(64);
      TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
      TypeSerializerSnapshot<?> snapshot =
          TypeSerializerSnapshot.readVersionedSnapshot(
              new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());

      assertThat(snapshot.restoreSerializer()).isEqualTo(serializer);
    }
  }

  @Test
  void refusesALayoutOfALaterRelease() {
    assertThatThrownBy(
            () ->
                new StreamSampleSerializer.Snapshot()
                    .readSnapshot(3, new DataInputDeserializer(new byte[0]), null))
        .hasMessageContaining("version 3")
        .hasMessageContaining("expected 1 to 2");
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }

  private static <T> T read(TypeSerializer<T> serializer, byte[] bytes) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    T value = serializer.deserialize(in);
    assertThat(in.available()).isZero();
    return value;
  }
}
