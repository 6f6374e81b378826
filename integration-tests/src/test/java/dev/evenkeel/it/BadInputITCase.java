package dev.evenkeel.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.testing.Uint8Model;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that cannot be answered, through real Kafka: each lands in the dead-letter topic with its
 * reason, one for one, and its neighbours are answered as if it had never been there.
 */
class BadInputITCase {
  private static final int GOOD = 3 * JobFile.BATCH_SIZE;

  private final MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);

  @TempDir private Path directory;

  private Fashion fashion;

  @BeforeEach
  void unpackModel() {
    fashion = new Fashion(directory);
  }

  @Test
  void refusesBadAvroOneForOneAndAnswersTheNeighboursUnchanged() throws Exception {
    Topics topics = TestBroker.newTopics(1);
    JobFile file = new JobFile(directory, fashion.model(), topics);
    List<Bad> bad = badAvro("dirty");
    try (Feed feed = new Feed(topics.samples());
        JobProcess job = JobProcess.start(file);
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder());
        TopicReader<DeadLetter> deadLetters =
            TopicReader.committed(topics.deadLetters(), deadLetterDecoder())) {
      feed.send("clean", fashion.encoded("clean", 0, GOOD));
      List<byte[]> mixed = interleave(fashion.encoded("dirty", 0, GOOD), bad);
      List<Long> offsets = feed.send("dirty", mixed);

      predictions.await(2 * GOOD, job);
      deadLetters.await(bad.size(), job);
      assertThat(job.stop()).as(job.logTail()).isZero();

      List<Prediction> answers = predictions.readToEnd();
      assertThat(answers).hasSize(2 * GOOD);
      Predictions.assertEachOnceInOrder(Predictions.of("dirty", answers), GOOD);
      Predictions.assertSameAnswers(
          Predictions.of("dirty", answers), Predictions.of("clean", answers));
      assertDeadLetters(deadLetters.readToEnd(), bad, mixed, offsets, topics.samples());
    }
  }

  @Test
  void refusesUnknownFieldsInJsonAndTheWrongElementType() throws Exception {
    Topics topics = TestBroker.newTopics(1);
    Path model = directory.resolve("uint8.onnx");
    Files.write(model, OnnxWriter.toBytes(Uint8Model.of(fashion.model())));
    JobFile file =
        new JobFile(directory, model, topics).set("kafka", JobFile.kafka(topics, "json"));
    String good = json("clean", 0, "UINT8", "");
    List<Bad> bad =
        List.of(
            new Bad("unknown-field", json("clean", 1, "UINT8", ", \"colour\": \"red\"")),
            new Bad("wrong-dtype", json("clean", 2, "FLOAT32", "")),
            new Bad("malformed", "hello"),
            new Bad("truncated", "{\"stream_id\": "),
            new Bad("missing-field", "{\"stream_id\": \"clean\"}"));
    try (Feed feed = new Feed(topics.samples());
        JobProcess job = JobProcess.start(file);
        TopicReader<Prediction> predictions =
            TopicReader.committed(
                topics.predictions(), MessageDecoder.of(WireFormat.JSON, Prediction.class));
        TopicReader<DeadLetter> deadLetters =
            TopicReader.committed(topics.deadLetters(), deadLetterDecoder())) {
      List<byte[]> fill = new ArrayList<>();
      fill.add(good.getBytes(UTF_8));
      for (int position = 10; fill.size() < JobFile.BATCH_SIZE; position++) {
        fill.add(json("clean", position, "UINT8", "").getBytes(UTF_8));
      }
      List<byte[]> mixed = interleave(fill, bad);
      List<Long> offsets = feed.send("clean", mixed);

      predictions.await(fill.size(), job);
      deadLetters.await(bad.size(), job);
      assertThat(job.stop()).as(job.logTail()).isZero();

      assertThat(predictions.readToEnd()).hasSize(fill.size());
      assertDeadLetters(deadLetters.readToEnd(), bad, mixed, offsets, topics.samples());
    }
  }

  private static void assertDeadLetters(
      List<DeadLetter> letters, List<Bad> bad, List<byte[]> sent, List<Long> offsets, String topic)
      throws Exception {
    Map<Long, String> expected = new LinkedHashMap<>();
    Map<Long, String> found = new LinkedHashMap<>();
    for (Bad one : bad) {
      expected.put(offsets.get(indexOf(sent, one.value())), one.reason());
    }
    for (DeadLetter letter : letters) {
      found.put(letter.getSourceOffset(), letter.getReason());
    }
    assertThat(found).containsExactlyInAnyOrderEntriesOf(expected);
    assertThat(letters).hasSameSizeAs(bad);

    for (DeadLetter letter : letters) {
      byte[] value = sent.get(offsets.indexOf(letter.getSourceOffset()));
      byte[] original = value == null ? new byte[0] : value;
      assertThat(letter.getSourceTopic()).isEqualTo(topic);
      assertThat(letter.getSourcePartition()).isZero();
      assertThat(letter.getDetail()).isNotBlank();
      assertThat(letter.getOriginalLength()).isEqualTo(original.length);
      assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(original));
      assertThat(letter.getOriginalSha256())
          .isEqualTo(ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(original)));
    }
  }

  /** By identity: two bad records may have equal bytes. */
  private static int indexOf(List<byte[]> values, byte[] value) {
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) == value) {
        return i;
      }
    }
    throw new AssertionError("not sent");
  }

  private List<Bad> badAvro(String stream) {
    byte[] good = encoder.encode(fashion.sample(stream, 900));
    ByteBuffer pixels = ByteBuffer.wrap(fashion.pixels(901));
    List<Integer> shape = fashion.shape();
    return List.of(
        new Bad("truncated", Arrays.copyOf(good, good.length - 100)),
        new Bad("truncated", Arrays.copyOf(good, 3)),
        new Bad("empty-value", new byte[0]),
        new Bad("empty-value", (byte[]) null),
        new Bad("trailing-bytes", Arrays.copyOf(good, good.length + 1)),
        new Bad("wrong-shape", encoded(stream, DataType.UINT8, List.of(1, 14, 56), pixels)),
        new Bad("wrong-shape", encoded(stream, DataType.UINT8, List.of(784), pixels)),
        new Bad("wrong-length", encoded(stream, DataType.FLOAT32, shape, pixels)),
        new Bad("wrong-length", encoded(stream, DataType.UINT8, shape, pixels.slice(0, 783))),
        new Bad("wrong-length", encoded(stream, DataType.UINT8, List.of(1000, 1000, 1000), pixels)),
        new Bad("too-large", encoded(stream, DataType.FLOAT32, List.of(1000, 1000, 1000), pixels)),
        new Bad("invalid-sample", encoded(stream, DataType.UINT8, List.of(1, -28, -28), pixels)),
        new Bad("invalid-sample", encoded("", DataType.UINT8, shape, pixels)),
        new Bad("non-finite", encoder.encode(fashion.floatSample(stream, 902, Float.NaN))),
        new Bad(
            "non-finite",
            encoder.encode(fashion.floatSample(stream, 903, Float.NEGATIVE_INFINITY))));
  }

  private byte[] encoded(String stream, DataType type, List<Integer> shape, ByteBuffer payload) {
    return encoder.encode(fashion.sample(stream, 999, type, shape, payload));
  }

  /** A sample as a person would type it, with any further fields. */
  private String json(String stream, int position, String type, String more) {
    byte[] pixels = fashion.pixels(position);
    byte[] payload =
        type.equals("UINT8") ? pixels : Arrays.copyOf(pixels, pixels.length * Float.BYTES);
    return """
        {"stream_id": "%s", "sample_id": "%d", "event_time": 1767225600000, "dtype": "%s", \
        "shape": [1, 28, 28], "data": "%s"%s}"""
        .formatted(stream, position, type, Base64.getEncoder().encodeToString(payload), more);
  }

  /** Spreads the bad ones among the good ones, several inside each micro-batch. */
  private static List<byte[]> interleave(List<byte[]> good, List<Bad> bad) {
    List<byte[]> mixed = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < good.size(); i++) {
      while (next * good.size() <= i * bad.size() && next < bad.size()) {
        mixed.add(bad.get(next++).value());
      }
      mixed.add(good.get(i));
    }
    return mixed;
  }

  private static MessageDecoder<DeadLetter> deadLetterDecoder() {
    return MessageDecoder.of(WireFormat.AVRO, DeadLetter.class);
  }

  /**
   * @param reason what its dead letter must say
   * @param value null for a tombstone
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by identity, never by content
  private record Bad(String reason, byte[] value) {
    Bad(String reason, String text) {
      this(reason, text.getBytes(UTF_8));
    }
  }
}
