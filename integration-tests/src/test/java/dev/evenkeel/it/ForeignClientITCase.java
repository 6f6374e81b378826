package dev.evenkeel.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that know nothing but the broker's address and the text of the schemas. */
class ForeignClientITCase {
  private static final Path SCHEMAS = Path.of("..", "schemas", "src", "main", "avro");
  private static final Path GUIDE = Path.of("..", "docs", "foreign-client").toAbsolutePath();

  @TempDir private Path directory;

  private Fashion fashion;
  private Topics topics;

  @BeforeEach
  void makeTopics() {
    fashion = new Fashion(directory);
    topics = TestBroker.newTopics(1);
  }

  @Test
  void aPlainKafkaClientWithGenericAvroGetsItsAnswers() throws Exception {
    try (Feed feed = new Feed(topics.samples());
        JobProcess job = start();
        TopicReader<byte[]> predictions =
            TopicReader.committed(topics.predictions(), value -> value)) {
      feed.send("foreign", samples());
      assertAnswered(predictions.await(JobFile.BATCH_SIZE, job));
    }
  }

  /** The commands of docs/foreign-client.md. */
  @Test
  void kcatAndTwoScriptsGetTheirAnswers() throws Exception {
    assumeThat(isInstalled("kcat")).as("kcat is installed (Debian package kcat)").isTrue();
    assumeThat(isInstalled("python3")).as("python3 is installed").isTrue();
    Path images = directory.resolve("fashion-images.npy");
    String count = Integer.toString(JobFile.BATCH_SIZE);
    Path files = directory.resolve("samples");
    shell(
        "python3 '%s' '%s' %s foreign '%s'"
            .formatted(GUIDE.resolve("write_samples.py"), images, count, files));
    try (JobProcess job = start();
        TopicReader<byte[]> predictions =
            TopicReader.committed(topics.predictions(), value -> value)) {
      shell(
          "kcat -b %s -P -t %s -k foreign '%s'/*.avro"
              .formatted(TestBroker.bootstrapServers(), topics.samples(), files));
      assertAnswered(predictions.await(JobFile.BATCH_SIZE, job));
    }
    String answers =
        shell(
            """
            kcat -b %s -C -t %s -o beginning -e -q -X isolation.level=read_committed -f '%%R%%s' \
            | python3 '%s'"""
                .formatted(
                    TestBroker.bootstrapServers(),
                    topics.predictions(),
                    GUIDE.resolve("read_predictions.py")));
    assertThat(answers.lines())
        .hasSize(JobFile.BATCH_SIZE)
        .allMatch(line -> line.matches("foreign s\\d+ label \\d confidence [01]\\.\\d+ ADAPTED"));
  }

  private JobProcess start() throws IOException {
    return JobProcess.start(new JobFile(directory, fashion.model(), topics));
  }

  private List<byte[]> samples() throws IOException {
    Schema schema = schema("Sample");
    Schema dtype = schema.getField("dtype").schema();
    List<byte[]> samples = new ArrayList<>();
    for (int i = 0; i < JobFile.BATCH_SIZE; i++) {
      GenericRecord sample = new GenericData.Record(schema);
      sample.put("stream_id", "foreign");
      sample.put("sample_id", "s" + i);
      sample.put("event_time", 1_767_225_600_000L + i);
      sample.put("dtype", new GenericData.EnumSymbol(dtype, "UINT8"));
      sample.put("shape", fashion.shape());
      sample.put("data", ByteBuffer.wrap(fashion.pixels(i)));
      sample.put("data_uri", null);
      sample.put("attributes", Map.of("made-by", "someone else"));
      samples.add(encode(sample));
    }
    return samples;
  }

  private static void assertAnswered(List<byte[]> values) throws IOException {
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema("Prediction"));
    assertThat(values).hasSize(JobFile.BATCH_SIZE);
    for (int i = 0; i < values.size(); i++) {
      GenericRecord prediction =
          reader.read(null, DecoderFactory.get().binaryDecoder(values.get(i), null));
      assertThat(prediction.get("stream_id")).hasToString("foreign");
      assertThat(prediction.get("sample_id")).hasToString("s" + i);
      assertThat((List<?>) prediction.get("probabilities")).hasSize(10);
      assertThat((Integer) prediction.get("label")).isBetween(0, 9);
      assertThat(prediction.get("outcome")).hasToString("ADAPTED");
    }
  }

  private static Schema schema(String message) throws IOException {
    return new Schema.Parser().parse(Files.readString(SCHEMAS.resolve(message + ".avsc")));
  }

  private static byte[] encode(GenericRecord message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(message.getSchema()).write(message, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private String shell(String command) throws Exception {
    String line = "set -o pipefail; " + command;
    Path errors = directory.resolve("shell.log");
    Process process =
        new ProcessBuilder("bash", "-c", line)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectError(errors.toFile())
            .start();
    String output;
    try (InputStream standardOutput = process.getInputStream()) {
      output = new String(standardOutput.readAllBytes(), UTF_8);
    }
    assertThat(process.waitFor()).as("%s: %s", line, Files.readString(errors)).isZero();
    return output;
  }

  private static boolean isInstalled(String program) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
