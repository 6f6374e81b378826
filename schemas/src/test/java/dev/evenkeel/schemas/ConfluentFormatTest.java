package dev.evenkeel.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.v1.Label;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfluentFormatTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String LABEL =
      """
      {"type": "record", "name": "Label", "namespace": "dev.evenkeel.v1", "fields": [
        {"name": "stream_id", "type": "string"}, {"name": "sample_id", "type": "string"},
        {"name": "label", "type": "int"}%s]}
      """;

  private final MapRegistry registry = new MapRegistry();

  static Iterable<SpecificRecord> messages() {
    return Messages.all();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsWrittenIsRead(SpecificRecord message) throws Exception {
    byte[] encoded = encode(message);
    assertThat(Arrays.copyOf(encoded, 5)).containsExactly(0, 0, 0, 0, 1);
    assertThat(MessageDecoder.confluent(message.getClass(), registry).decode(encoded))
        .isEqualTo(message);
  }

  @Test
  void theSubjectAndThePlainSchemaAreRegistered() throws Exception {
    encode(Messages.sample());
    assertThat(registry.subjects).containsOnlyKeys("topic-value");
    JsonNode registered = JSON.readTree(registry.schemas.get(1));
    assertThat(registered.toString()).doesNotContain("avro.java.string");
    assertThat(new Schema.Parser().parse(registered.toString()).getFullName())
        .isEqualTo("dev.evenkeel.v1.Sample");
  }

  @Test
  void eachSchemaIsAskedForOnce() throws Exception {
    MessageDecoder<Label> decoder = MessageDecoder.confluent(Label.class, registry);
    byte[] first = write(LABEL.formatted(""), Map.of());
    byte[] second =
        write(LABEL.formatted(", {\"name\": \"by\", \"type\": \"string\"}"), Map.of("by", "x"));
    for (int i = 0; i < 5; i++) {
      decoder.decode(first);
      decoder.decode(second);
    }
    assertThat(registry.asked).isEqualTo(2);
  }

  @Test
  void anOlderWriterLacksWhatHasADefault() throws Exception {
    Prediction prediction = Messages.prediction();
    Schema older =
        without(prediction.getSchema(), "label_name", "source_label", "out_of_distribution_score");
    Prediction expected = Prediction.newBuilder(prediction).build();
    expected.setLabelName(null);
    expected.setSourceLabel(null);
    expected.setOutOfDistributionScore(null);
    GenericRecord written = new GenericData.Record(older);
    older
        .getFields()
        .forEach(
            field -> {
              int place = prediction.getSchema().getField(field.name()).pos();
              written.put(field.pos(), prediction.get(place));
            });
    byte[] value = frame(registry.add(older.toString()), binary(written));
    assertThat(MessageDecoder.confluent(Prediction.class, registry).decode(value))
        .isEqualTo(expected);
  }

  @Test
  void aNewerWriterHasFieldsNobodyHereKnows() throws Exception {
    byte[] value =
        write(
            LABEL.formatted(
                """
                , {"name": "tags", "type": {"type": "map", "values": {"type": "array", "items": "bytes"}}},
                {"name": "by", "type": {"type": "record", "name": "By", "fields": [
                  {"name": "at", "type": {"type": "fixed", "name": "Mac", "size": 6}}]}}
                """),
            Map.of());
    assertThat(MessageDecoder.confluent(Label.class, registry).decode(value))
        .isEqualTo(new Label("s", "7", 3));
  }

  @Test
  void orderAndWidthOfFieldsAreTheWriters() throws Exception {
    String other =
        """
        {"type": "record", "name": "Mark", "fields": [
          {"name": "label", "type": ["null", "int"]}, {"name": "sample_id", "type": "bytes"},
          {"name": "stream_id", "type": "string"}]}
        """;
    byte[] value = write(other, Map.of("sample_id", ByteBuffer.wrap(new byte[] {'7'})));
    assertThat(MessageDecoder.confluent(Label.class, registry).decode(value))
        .isEqualTo(new Label("s", "7", 3));
  }

  @Test
  void framesThatAreNone() throws Exception {
    byte[] good = encode(Messages.sample());
    refused(null, RejectionReason.EMPTY_VALUE, "tombstone");
    refused(new byte[] {0, 0, 0, 0}, RejectionReason.TRUNCATED, "4 bytes");
    refused(new byte[] {1, 0, 0, 0, 1, 9}, RejectionReason.MALFORMED, "begins with byte 1");
    refused(new byte[] {0, 0, 0, 9, 9, 9}, RejectionReason.UNKNOWN_SCHEMA, "2313");
    refused(new byte[] {0, 0, 0, 0, 1}, RejectionReason.TRUNCATED, "inside the Sample");
    refused(Arrays.copyOf(good, good.length - 1), RejectionReason.TRUNCATED, "send the whole");
    refused(Arrays.copyOf(good, good.length + 3), RejectionReason.TRAILING_BYTES, "3 of");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"string\"",
        "no schema",
        "{\"type\": \"record\", \"name\": \"Label\", \"fields\": [{\"name\": \"stream_id\", \"type\": \"string\"}]}",
        "{\"type\": \"record\", \"name\": \"Label\", \"fields\": [{\"name\": \"stream_id\", \"type\": \"string\"},"
            + "{\"name\": \"sample_id\", \"type\": \"string\"}, {\"name\": \"label\", \"type\": \"string\"}]}"
      })
  void schemasThatAreNoLabels(String schema) {
    refusedAsLabel(frame(registry.add(schema), new byte[20]), RejectionReason.INCOMPATIBLE_SCHEMA);
    // Told from memory the second time.
    refusedAsLabel(frame(1, new byte[20]), RejectionReason.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void aSchemaMayNotGrowWithoutBounds() {
    StringBuilder laughs = new StringBuilder();
    for (int level = 1; level < 10; level++) {
      laughs.append(
          ", {\"name\": \"f%d\", \"type\": {\"type\": \"record\", \"name\": \"R%d\", \"fields\": ["
              .formatted(level, level));
      for (int i = 0; i < 10; i++) {
        String inner = level == 1 ? "int" : "R" + (level - 1);
        laughs
            .append(i == 0 ? "" : ",")
            .append("{\"name\": \"g%d\", \"type\": \"%s\"}".formatted(i, inner));
      }
      laughs.append("]}}");
    }
    refusedAsLabel(
        frame(registry.add(LABEL.formatted(laughs)), new byte[20]),
        RejectionReason.INCOMPATIBLE_SCHEMA);
    refusedAsLabel(
        frame(
            registry.add(LABEL.formatted("") + " ".repeat(WriterSchemas.MAX_LENGTH)), new byte[20]),
        RejectionReason.INCOMPATIBLE_SCHEMA);
    refusedAsLabel(
        frame(
            registry.add(
                LABEL.formatted(
                    ", {\"name\": \"deep\", \"type\": "
                        + "{\"type\": \"array\", \"items\": ".repeat(5000)
                        + "\"int\""
                        + "}".repeat(5001))),
            new byte[20]),
        RejectionReason.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void whatAWriterNestsIsSkippedOrRefusedHoweverDeep() throws Exception {
    String nesting =
        LABEL.formatted(
            ", {\"name\": \"next\", \"type\": {\"type\": \"record\", \"name\": \"Link\", \"fields\": ["
                + "{\"name\": \"next\", \"type\": [\"null\", \"Link\"]}]}}");
    byte[] head = binary(label(new Schema.Parser().parse(LABEL.formatted("")), Map.of()));
    int id = registry.add(nesting);
    byte[] shallow = Arrays.copyOf(head, head.length + 4);
    Arrays.fill(shallow, head.length, shallow.length - 1, (byte) 2);
    MessageDecoder<Label> decoder = MessageDecoder.confluent(Label.class, registry);
    assertThat(decoder.decode(frame(id, shallow))).isEqualTo(new Label("s", "7", 3));
    byte[] deep = Arrays.copyOf(head, head.length + 2_000_000);
    Arrays.fill(deep, head.length, deep.length, (byte) 2);
    refusedAsLabel(frame(id, deep), RejectionReason.TRUNCATED, RejectionReason.MALFORMED);
  }

  @Test
  void classesThatASchemaNamesAreNotLoaded() throws Exception {
    String naming =
        """
        {"type": "record", "name": "Label", "namespace": "dev.evenkeel.v1", "fields": [
          {"name": "stream_id", "type": {"type": "string", "java-class": "java.net.URL", "avro.java.string": "CharSequence"}},
          {"name": "sample_id", "type": {"type": "string", "java-class": "no.such.Class"}}, {"name": "label", "type": "int"},
          {"name": "all", "type": {"type": "array", "java-class": "no.such.List", "java-element-class": "no.such.Class", "items": "string"}}]}
        """;
    byte[] value = write(naming, Map.of("all", List.of("a")));
    assertThat(MessageDecoder.confluent(Label.class, registry).decode(value))
        .isEqualTo(new Label("s", "7", 3));
    assertThat(WriterSchemas.parse(naming).toString()).doesNotContain("java");
  }

  @Test
  void aSilentRegistryIsNoFaultOfTheRecord() throws Exception {
    byte[] value = encode(Messages.sample());
    registry.down = true;
    MessageDecoder<Sample> decoder = MessageDecoder.confluent(Sample.class, registry);
    assertThatThrownBy(() -> decoder.decode(value)).isInstanceOf(SchemaRegistryException.class);
    registry.down = false;
    assertThat(decoder.decode(value)).isEqualTo(Messages.sample());
  }

  private byte[] encode(SpecificRecord message) {
    return encode(message, message.getClass());
  }

  @SuppressWarnings("unchecked")
  private <T extends SpecificRecord> byte[] encode(SpecificRecord message, Class<T> type) {
    return MessageEncoder.confluent(type, "topic-value", registry).encode((T) message);
  }

  /** A label written with a schema of its own, which is registered. */
  private byte[] write(String schema, Map<String, Object> more) throws IOException {
    Schema writer = new Schema.Parser().parse(schema);
    return frame(registry.add(schema), binary(label(writer, more)));
  }

  private static GenericRecord label(Schema writer, Map<String, Object> more) {
    GenericRecord label = new GenericData.Record(writer);
    Map<String, Object> values =
        new HashMap<>(Map.of("stream_id", "s", "sample_id", "7", "label", 3));
    values.putAll(more);
    for (Schema.Field field : writer.getFields()) {
      label.put(
          field.name(), values.computeIfAbsent(field.name(), name -> example(field.schema())));
    }
    return label;
  }

  private static Object example(Schema schema) {
    return switch (schema.getType()) {
      case MAP -> Map.of("k", List.of(ByteBuffer.wrap(new byte[] {1, 2})));
      case RECORD -> {
        GenericRecord by = new GenericData.Record(schema);
        by.put("at", new GenericData.Fixed(schema.getField("at").schema(), new byte[6]));
        yield by;
      }
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }

  private static byte[] binary(GenericRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(
            record.getSchema(), SpecificData.getForClass(Prediction.class))
        .write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static byte[] frame(int id, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  private static Schema without(Schema schema, String... fields) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(schema.toString());
    ArrayNode left = JSON.createArrayNode();
    json.get("fields")
        .forEach(
            field -> {
              if (!Arrays.asList(fields).contains(field.get("name").asText())) {
                left.add(field);
              }
            });
    json.set("fields", left);
    return new Schema.Parser().parse(json.toString());
  }

  private void refused(byte[] value, RejectionReason reason, String detail) {
    MessageDecoder<Sample> decoder = MessageDecoder.confluent(Sample.class, registry);
    DecodeException refusal =
        catchThrowableOfType(DecodeException.class, () -> decoder.decode(value));
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.detail()).contains(detail);
  }

  private void refusedAsLabel(byte[] value, RejectionReason... reasons) {
    MessageDecoder<Label> decoder = MessageDecoder.confluent(Label.class, registry);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThat(catchThrowableOfType(DecodeException.class, () -> decoder.decode(value)).reason())
          .isIn((Object[]) reasons);
    }
  }

  /** Keeps schemas in memory and counts the questions. */
  private static final class MapRegistry implements SchemaRegistry {
    private final Map<Integer, String> schemas = new HashMap<>();
    private final Map<String, Integer> subjects = new HashMap<>();
    private int asked;
    private boolean down;

    int add(String schema) {
      schemas.put(schemas.size() + 1, schema);
      return schemas.size();
    }

    @Override
    public String schema(int id) throws DecodeException {
      asked++;
      if (down) {
        throw new SchemaRegistryException("down");
      }
      if (!schemas.containsKey(id)) {
        throw new DecodeException(RejectionReason.UNKNOWN_SCHEMA, "no schema " + id);
      }
      return schemas.get(id);
    }

    @Override
    public int id(String subject, String schema) {
      return subjects.computeIfAbsent(subject, name -> add(schema));
    }
  }
}
