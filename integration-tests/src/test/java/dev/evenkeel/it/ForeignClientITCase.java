package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  @Test
  void kcatGetsItsAnswers() throws Exception {
    assumeThat(isInstalled("kcat")).as("kcat is installed (Debian package kcat)").isTrue();
    List<String> files = new ArrayList<>();
    for (byte[] sample : samples()) {
      files.add(
          Files.write(directory.resolve("sample-%d.avro".formatted(files.size())), sample)
              .toString());
    }
    try (JobProcess job = start();
        TopicReader<byte[]> predictions =
            TopicReader.committed(topics.predictions(), value -> value)) {
      List<String> produce = new ArrayList<>(List.of("-P", "-t", topics.samples(), "-k", "foreign"));
      produce.addAll(files);
      kcat(produce);
      predictions.await(JobFile.BATCH_SIZE, job);
      byte[] output =
          kcat(
              List.of(
                  "-C",
                  "-t",
                  topics.predictions(),
                  "-o",
                  "beginning",
                  "-e",
                  "-q",
                  "-X",
                  "isolation.level=read_committed",
                  "-f",
                  "%R%s"));
      assertAnswered(split(output));
    }
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

  private byte[] kcat(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("kcat", "-b", TestBroker.bootstrapServers()));
    command.addAll(arguments);
    Path errors = directory.resolve("kcat.log");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    byte[] output;
    try (InputStream standardOutput = process.getInputStream()) {
      output = standardOutput.readAllBytes();
    }
    assertThat(process.waitFor(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, Files.readString(errors)).isZero();
    return output;
  }

  /** Takes apart what kcat wrote: each message after its length, 4 bytes, big-endian. */
  private static List<byte[]> split(byte[] output) throws IOException {
    List<byte[]> messages = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(output))) {
      while (in.available() > 0) {
        byte[] message = new byte[in.readInt()];
        in.readFully(message);
        messages.add(message);
      }
    } catch (EOFException e) {
      throw new IOException("kcat's output ends inside a message", e);
    }
    return messages;
  }

  private static boolean isInstalled(String program) {
    for (String folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
