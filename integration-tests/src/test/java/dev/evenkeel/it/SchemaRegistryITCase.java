package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.jobs.io.Wire;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job in Confluent's wire format, with a real registry. */
class SchemaRegistryITCase {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int BATCH = JobFile.BATCH_SIZE;

  @TempDir private Path directory;

  @Test
  void olderAndNewerWritersAreAnsweredAndAnOutageLosesNothing() throws Exception {
    Fashion fashion = new Fashion(directory);
    Topics topics = TestBroker.newTopics(1);
    try (TestRegistry registry = TestRegistry.start(directory);
        Feed feed = new Feed(topics.samples())) {
      Wire wire = new Wire(WireFormat.CONFLUENT, registry.options());
      Schema older = without(Set.of("data_uri", "attributes"));
      Schema newer = withMore("camera", "zz_calibration");
      Schema newest = withMore("lens");
      int olderId = registry.register("older-value", older.toString());
      int newerId = registry.register("newer-value", newer.toString());
      int newestId = registry.register("newest-value", newest.toString());
      MessageEncoder<Sample> present = wire.encoder(Sample.class, topics.samples());
      List<byte[]> mixed = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        Sample sample = fashion.sample("s", i);
        mixed.add(
            switch (i % 3) {
              case 0 -> present.encode(sample);
              case 1 -> framed(olderId, sample, older);
              default -> framed(newerId, sample, newer);
            });
      }
      JobFile file =
          new JobFile(directory, fashion.model(), topics)
              .set("kafka", JobFile.kafka(topics, "confluent"))
              .setInKafka(
                  "schema-registry",
                  "{url: \"%s\", timeout: 300ms, patience: 1s}"
                      .formatted(registry.options().url()));
      feed.send("s", mixed);
      feed.send("s", List.of(new byte[] {0, 0, 1, 1, 1, 2, 3}));
      try (JobProcess job = JobProcess.start(file);
          TopicReader<Prediction> predictions =
              TopicReader.committed(topics.predictions(), wire.decoder(Prediction.class));
          TopicReader<DeadLetter> deadLetters =
              TopicReader.committed(
                  topics.deadLetters(), MessageDecoder.of(WireFormat.AVRO, DeadLetter.class))) {
        assertAnswered(predictions.await(BATCH, job), BATCH);
        assertPlainBehindTheFrame(predictions.records());
        assertThat(deadLetters.await(1, job))
            .extracting(DeadLetter::getReason)
            .containsExactly("unknown-schema");

        registry.pause();
        List<byte[]> later = new ArrayList<>();
        for (int i = BATCH; i < 2 * BATCH; i++) {
          later.add(framed(newestId, fashion.sample("s", i), newest));
        }
        feed.send("s", later);
        Awaitility.await("the job gives up once and restarts")
            .atMost(Waiting.LIMIT)
            .until(() -> job.logTail().contains("gives no answer"));
        registry.resume();
        assertAnswered(predictions.await(2 * BATCH, job), 2 * BATCH);
        assertThat(job.stop()).isZero();
        assertAnswered(predictions.readToEnd(), 2 * BATCH);
        assertThat(deadLetters.readToEnd()).hasSize(1);
      }
    }
  }

  /** Each once, in order, and what was learned went on. */
  private static void assertAnswered(List<Prediction> predictions, int count) {
    assertThat(predictions)
        .extracting(Prediction::getSampleId)
        .containsExactlyElementsOf(IntStream.range(0, count).mapToObj(Integer::toString).toList());
    assertThat(predictions.get(count - 1).getAdaptationStep()).isEqualTo(count / BATCH - 1);
  }

  /** What is behind the frame is the plain format, so a consumer may leave the registry out. */
  private static void assertPlainBehindTheFrame(List<ConsumerRecord<byte[], byte[]>> records)
      throws DecodeException {
    MessageDecoder<Prediction> plain = MessageDecoder.of(WireFormat.AVRO, Prediction.class);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      ByteBuffer value = ByteBuffer.wrap(record.value());
      assertThat(value.get()).isZero();
      assertThat(value.getInt()).isPositive();
      byte[] body = new byte[value.remaining()];
      value.get(body);
      assertThat(plain.decode(body).getStreamId()).isEqualTo("s");
    }
  }

  private static ObjectNode sampleSchema() throws IOException {
    return (ObjectNode) JSON.readTree(Sample.getClassSchema().toString());
  }

  private static Schema without(Set<String> names) throws IOException {
    ObjectNode schema = sampleSchema();
    ArrayNode left = JSON.createArrayNode();
    for (JsonNode field : schema.get("fields")) {
      if (!names.contains(field.get("name").asText())) {
        left.add(field);
      }
    }
    schema.set("fields", left);
    return new Schema.Parser().parse(schema.toString());
  }

  /** With further fields of type string, half of them before all others. */
  private static Schema withMore(String... names) throws IOException {
    ObjectNode schema = sampleSchema();
    ArrayNode fields = (ArrayNode) schema.get("fields");
    for (int i = 0; i < names.length; i++) {
      ObjectNode field = JSON.createObjectNode().put("name", names[i]).put("type", "string");
      if (i % 2 == 0) {
        fields.insert(0, field);
      } else {
        fields.add(field);
      }
    }
    return new Schema.Parser().parse(schema.toString());
  }

  /** As a foreign producer writes it, field by field. */
  private static byte[] framed(int id, Sample sample, Schema schema) throws IOException {
    Map<String, Object> values = new HashMap<>();
    values.put("stream_id", sample.getStreamId());
    values.put("sample_id", sample.getSampleId());
    values.put("event_time", sample.getEventTime().toEpochMilli());
    values.put("dtype", new GenericData.EnumSymbol(schema.getField("dtype").schema(), "UINT8"));
    values.put("shape", sample.getShape());
    values.put("data", sample.getData());
    values.put("data_uri", null);
    values.put("attributes", Map.of());
    GenericRecord written = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      written.put(field.pos(), values.getOrDefault(field.name(), "of a newer version"));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(written, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
