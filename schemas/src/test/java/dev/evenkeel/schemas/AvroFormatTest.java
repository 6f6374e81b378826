package dev.evenkeel.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AvroFormatTest {
  private static final long SEED = Long.getLong("evenkeel.seed", new Random().nextLong());

  private final MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
  private final MessageDecoder<Sample> decoder = MessageDecoder.of(WireFormat.AVRO, Sample.class);

  static Iterable<SpecificRecord> messages() {
    return Messages.all();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void roundTrips(SpecificRecord message) throws IOException {
    byte[] encoded = CompatibilityTest.encode(WireFormat.AVRO, message);
    assertThat(CompatibilityTest.decode(WireFormat.AVRO, message, encoded)).isEqualTo(message);
  }

  @Test
  void agreesWithAvrosOwnCodecOnRandomSamples() throws IOException {
    Random random = new Random(SEED);
    var reader = new SpecificDatumReader<>(Sample.class);
    for (int i = 0; i < 500; i++) {
      Sample sample = randomSample(random);
      byte[] ours = encoder.encode(sample);
      byte[] theirs = encodeWithAvro(sample, random.nextBoolean());
      String run = "sample %d, replay with -Devenkeel.seed=%d".formatted(i, SEED);
      assertThat(decoder.decode(theirs)).as(run).isEqualTo(sample);
      assertThat(reader.read(null, DecoderFactory.get().binaryDecoder(ours, null)))
          .as(run)
          .isEqualTo(sample);
    }
  }

  @Test
  void anyPrefixIsTruncated() {
    byte[] encoded = encoder.encode(Messages.sample());
    for (int length = 1; length < encoded.length; length++) {
      byte[] prefix = Arrays.copyOf(encoded, length);
      assertThat(refusal(prefix).reason())
          .as("first %d bytes", length)
          .isEqualTo(RejectionReason.TRUNCATED);
    }
  }

  @Test
  void randomBytesNeverEscapeAsAnotherException() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      byte[] encoded = encoder.encode(Messages.sample());
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        encoded[random.nextInt(encoded.length)] = (byte) random.nextInt();
      }
      try {
        decoder.decode(encoded);
      } catch (DecodeException expected) {
        assertThat(expected.detail()).isNotBlank();
      } catch (RuntimeException e) {
        throw new AssertionError("replay with -Devenkeel.seed=" + SEED, e);
      }
    }
  }

  @Test
  void leftOverBytesAreRefused() {
    byte[] encoded = encoder.encode(Messages.sample());
    byte[] longer = Arrays.copyOf(encoded, encoded.length + 3);
    DecodeException refusal = refusal(longer);
    assertThat(refusal.reason()).isEqualTo(RejectionReason.TRAILING_BYTES);
    assertThat(refusal.detail()).contains("3 of " + longer.length + " bytes");
  }

  @Test
  void messagesThatEndBeforeLaterFieldsAreRead() throws IOException {
    DriftReport report = Messages.driftReport();
    report.setUnlearnedBatches(Map.of());
    byte[] encoded = CompatibilityTest.encode(WireFormat.AVRO, report);
    // An empty map, which is one byte, is what version 4 added.
    byte[] third = Arrays.copyOf(encoded, encoded.length - 1);
    assertThat(CompatibilityTest.decode(WireFormat.AVRO, report, third)).isEqualTo(report);

    report.setFeatureMmd2Noise(null);
    report.setClassConditionalDistance(null);
    report.setFeatureSamples(null);
    encoded = CompatibilityTest.encode(WireFormat.AVRO, report);
    // Three nulls, of which each is one byte, is what version 3 added.
    byte[] second = Arrays.copyOf(encoded, encoded.length - 1 - 3);
    assertThat(CompatibilityTest.decode(WireFormat.AVRO, report, second)).isEqualTo(report);

    report.setWorstSegmentFigures(null);
    report.setSegmentAlarms(List.of());
    report.setSourceRecallPerClass(List.of());
    encoded = CompatibilityTest.encode(WireFormat.AVRO, report);
    byte[] first = Arrays.copyOf(encoded, encoded.length - 1 - 3 - 3);
    assertThat(CompatibilityTest.decode(WireFormat.AVRO, report, first)).isEqualTo(report);
    byte[] between = Arrays.copyOf(encoded, encoded.length - 2);
    assertThatThrownBy(() -> CompatibilityTest.decode(WireFormat.AVRO, report, between))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void nullAndEmptyValuesAreRefused() {
    assertThat(refusal(null).reason()).isEqualTo(RejectionReason.EMPTY_VALUE);
    assertThat(refusal(null).detail()).contains("tombstone");
    assertThat(refusal(new byte[0]).reason()).isEqualTo(RejectionReason.EMPTY_VALUE);
  }

  /** A sample of empty and zero fields is one 0 byte per field. */
  @Test
  void lengthHeadersAreNotBelieved() {
    byte[] claim = {(byte) 0x80, (byte) 0xa8, (byte) 0xd6, (byte) 0xb9, 0x07}; // 10^9
    Map<String, Integer> fields = Map.of("stream_id", 0, "shape", 4, "data", 5, "attributes", 7);
    fields.forEach(
        (name, zeros) -> {
          byte[] value = new byte[100];
          System.arraycopy(claim, 0, value, zeros, claim.length);
          DecodeException refusal = refusal(value);
          assertThat(refusal.reason()).as(name).isEqualTo(RejectionReason.TRUNCATED);
          assertThat(refusal.detail()).as(name).contains("1000000000");
        });
  }

  @Test
  void unknownEnumSymbolIsMalformed() {
    byte[] value = {0, 0, 0, 18, 0, 0, 0, 0};
    assertThat(refusal(value).reason()).isEqualTo(RejectionReason.MALFORMED);
  }

  @Test
  void negativeLengthIsMalformed() {
    assertThat(refusal(new byte[] {1, 0, 0}).reason()).isEqualTo(RejectionReason.MALFORMED);
  }

  @Test
  void payloadIsAViewOfTheValue() throws IOException {
    byte[] encoded = encoder.encode(Messages.sample());
    ByteBuffer data = decoder.decode(encoded).getData();
    assertThat(data).isEqualTo(Messages.sample().getData());
    Arrays.fill(encoded, (byte) 7);
    assertThat(data.get(0)).isEqualTo((byte) 7);
  }

  @Test
  void encodingLeavesThePayloadAsItWas() {
    Sample sample = Messages.sample();
    ByteBuffer around = ByteBuffer.allocate(100).position(20).limit(36);
    around.duplicate().put(sample.getData().duplicate());
    sample.setData(around);
    assertThat(encoder.encode(sample)).isEqualTo(encoder.encode(Messages.sample()));
    assertThat(around.position()).isEqualTo(20);
  }

  @Test
  void unsetFieldIsNamedWhenEncoding() {
    var prediction = new Prediction();
    assertThatThrownBy(() -> CompatibilityTest.encode(WireFormat.AVRO, prediction))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stream_id");
  }

  private DecodeException refusal(byte[] value) {
    return catchThrowableOfType(DecodeException.class, () -> decoder.decode(value));
  }

  private static byte[] encodeWithAvro(Sample sample, boolean blocks) throws IOException {
    var bytes = new ByteArrayOutputStream();
    BinaryEncoder raw =
        blocks
            ? new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(bytes, null)
            : EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<>(Sample.class).write(sample, raw);
    raw.flush();
    return bytes.toByteArray();
  }

  private static Sample randomSample(Random random) {
    byte[] data = new byte[random.nextInt(300)];
    random.nextBytes(data);
    Map<String, String> attributes = new HashMap<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      attributes.put(randomText(random), randomText(random));
    }
    return Sample.newBuilder()
        .setStreamId(randomText(random))
        .setSampleId(randomText(random))
        .setEventTime(Instant.ofEpochMilli(random.nextLong()))
        .setDtype(random.nextBoolean() ? DataType.FLOAT32 : DataType.UINT8)
        .setShape(random.ints(random.nextInt(40)).boxed().toList())
        .setData(ByteBuffer.wrap(data))
        .setDataUri(random.nextBoolean() ? null : randomText(random))
        .setAttributes(attributes)
        .build();
  }

  private static String randomText(Random random) {
    return random
        .ints(random.nextInt(20), 1, 0x3000)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
