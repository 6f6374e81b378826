package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.jobs.broker.EmbeddedBroker;
import dev.evenkeel.jobs.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProduceConsumeTest {
  private static EmbeddedBroker broker;

  @TempDir private Path directory;

  @BeforeAll
  static void start() throws IOException {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void dealsSamplesAndLabelsToStreams() throws IOException {
    Path images =
        write("images.npy", Tensor.ofBytes(Shape.of(3, 1, 2), new byte[] {0, 1, 2, 3, 4, -1}));
    Path labels = write("labels.npy", Tensor.ofLongs(Shape.of(3), 5, -1, 7));
    Path order = write("order.npy", Tensor.ofLongs(Shape.of(5), 2, 1, 0, 1, 2));
    CommandRun produced =
        kafka(
            "produce",
            "--topic",
            "dealt",
            "--inputs",
            images,
            "--labels",
            labels,
            "--labels-topic",
            "dealt-labels",
            "--order",
            order,
            "--streams",
            2,
            "--json");
    assertThat(produced.err()).isEmpty();
    assertThat(produced.exitCode()).isZero();
    assertThat(produced.json().get("records").asInt()).isEqualTo(5);
    assertThat(produced.json().get("labels").asInt()).isEqualTo(5);

    List<JsonNode> samples = consume("dealt", "sample", 5);
    assertThat(samples)
        .extracting(s -> s.get("stream_id").asText() + "/" + s.get("sample_id").asText())
        .containsExactly("stream-0/0", "stream-1/0", "stream-0/1", "stream-1/1", "stream-0/2");
    assertThat(samples.get(0).get("dtype").asText()).isEqualTo("UINT8");
    assertThat(samples.get(0).get("shape").toString()).isEqualTo("[1,2]");
    assertThat(samples.get(0).get("data").binaryValue()).containsExactly(4, -1);
    assertThat(consume("dealt-labels", "label", 5))
        .extracting(l -> l.get("label").asInt())
        .containsExactly(7, -1, 5, -1, 7);
  }

  @Test
  void sendsAndReadsConfluentsFormat() throws IOException {
    Path images = write("framed.npy", Tensor.ofBytes(Shape.of(2, 1), new byte[] {1, 2}));
    AtomicReference<JsonNode> registered = new AtomicReference<>();
    try (TestServer registry = new TestServer()) {
      registry.on(
          exchange -> {
            boolean writes = exchange.getRequestURI().getPath().endsWith("/versions");
            if (writes) {
              String asked = registry.requests().get(registry.requests().size() - 1);
              registered.set(CommandRun.parse(asked.substring(asked.indexOf('{'))));
            }
            String answer = writes ? "{\"id\": 70000}" : registered.get().toString();
            TestServer.send(exchange, 200, answer.getBytes(StandardCharsets.UTF_8));
          });
      Object[] format = {"--format", "confluent", "--schema-registry", registry.address()};
      CommandRun produced =
          kafka(
              "produce",
              "--topic",
              "framed",
              "--inputs",
              images,
              format[0],
              format[1],
              format[2],
              format[3]);
      assertThat(produced.err()).isEmpty();
      CommandRun consumed =
          kafka(
              "consume", "--topic", "framed", "--type", "sample", "--max", 2, format[0], format[1],
              format[2], format[3]);
      assertThat(consumed.err()).isEmpty();
      assertThat(consumed.lines())
          .extracting(line -> CommandRun.parse(line).get("sample_id").asText())
          .containsExactly("0", "1");
      assertThat(registry.requests())
          .hasSize(2)
          .anySatisfy(
              request -> assertThat(request).startsWith("POST /subjects/framed-value/versions"))
          .anySatisfy(request -> assertThat(request).startsWith("GET /schemas/ids/70000"));
    }
    assertThat(kafka("produce", "--topic", "framed", "--inputs", images, "--format", "confluent"))
        .matches(run -> run.exitCode() == 2)
        .extracting(CommandRun::err)
        .asString()
        .contains("expected --schema-registry beside it");
  }

  @Test
  void sendsFloatsOfOneNamedStreamInBothFormats() throws IOException {
    Path values = write("values.npy", Tensor.ofFloats(Shape.of(2, 1), 1.5f, -2f));
    for (String format : List.of("avro", "json")) {
      CommandRun produced =
          kafka(
              "produce",
              "--topic",
              "floats-" + format,
              "--inputs",
              values,
              "--stream-id",
              "ward",
              "--format",
              format,
              "--rate",
              1000);
      assertThat(produced.err()).isEmpty();
      assertThat(produced.out()).contains("2 samples");
      List<JsonNode> samples = consume("floats-" + format, "sample", 2, "--format", format);
      assertThat(samples.get(1).get("stream_id").asText()).isEqualTo("ward");
      assertThat(samples.get(1).get("shape").toString()).isEqualTo("[1]");
      assertThat(samples.get(1).get("data").binaryValue()).containsExactly(0, 0, 0, -64);
    }
  }

  @Test
  void endsQuietlyWhenNothingComes() {
    CommandRun run =
        kafka("consume", "--topic", "absent", "--type", "dead-letter", "--timeout", 0.5);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
  }

  @Test
  void namesARecordThatIsSomethingElse() throws IOException {
    Path values = write("values.npy", Tensor.ofFloats(Shape.of(1, 1), 1.5f));
    assertThat(kafka("produce", "--topic", "mixed-up", "--inputs", values).exitCode()).isZero();
    CommandRun run = kafka("consume", "--topic", "mixed-up", "--type", "dead-letter", "--max", 1);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("offset 0 of mixed-up-0").contains("--type").hasLineCount(1);
  }

  @Test
  void refusesLabelsWithoutATopicForThem() {
    CommandRun run = kafka("produce", "--topic", "t", "--inputs", "x.npy", "--labels", "y.npy");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--labels-topic").hasLineCount(1);
  }

  @Test
  void doctorFindsTheBroker() {
    CommandRun run = kafka("doctor", "--directory", directory, "--json");
    assertThat(run.exitCode()).as(run.out()).isZero();
    assertThat(run.json().get("checks"))
        .anySatisfy(
            check -> {
              assertThat(check.get("name").asText()).isEqualTo("Kafka");
              assertThat(check.get("status").asText()).isEqualTo("OK");
            });
    assertThat(run.json().get("healthy").asBoolean()).isTrue();
  }

  private List<JsonNode> consume(String topic, String type, int max, Object... more) {
    Object[] arguments = {
      "consume", "--topic", topic, "--type", type, "--max", max, "--timeout", 30
    };
    Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    CommandRun run = kafka(all);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run.lines().stream().map(CommandRun::parse).toList();
  }

  private static CommandRun kafka(Object... arguments) {
    Object[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--bootstrap-servers";
    all[arguments.length + 1] = broker.bootstrapServers();
    return CommandRun.of(all);
  }

  private Path write(String name, Tensor tensor) throws IOException {
    Path file = directory.resolve(name);
    Npy.write(file, tensor);
    return file;
  }
}
