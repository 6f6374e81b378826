package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.jobs.broker.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Produce, run the job and consume over TLS with passwords, which nothing that is left behind
 * shows.
 */
class KafkaSecurityITCase {
  private static final int SAMPLES = 2 * JobFile.BATCH_SIZE;

  @TempDir private Path directory;

  @Test
  void everythingRunsOverSaslSslAndShowsNoSecret() throws Exception {
    Path stores = Files.createDirectory(directory.resolve("stores"));
    Path work = Files.createDirectory(directory.resolve("work"));
    Path storePassword = directory.resolve("store-password");
    Fashion fashion = new Fashion(work);
    try (SecureBroker broker = SecureBroker.start(stores)) {
      Files.writeString(storePassword, broker.storePassword() + "\n");
      Topics topics = topics(broker.bootstrapServers());
      Map<String, String> login =
          Map.of("KAFKA_LOGIN", broker.login(), "KAFKA_PASSWORD", broker.userPassword());
      int port = FreePorts.next();
      JobFile file =
          new JobFile(work, fashion.model(), topics)
              .set("web", "{port: %d}".formatted(port))
              .setInKafka("properties", properties(broker, storePassword));
      file.write();

      CommandLine commands = new CommandLine(work, login);
      commands.run(
          client(
              broker,
              storePassword,
              topics.samples(),
              "produce",
              "--inputs",
              work.resolve("fashion-images.npy").toString(),
              "--order",
              firstImages(work)));
      assertThat(commands.run("validate", "--config", work.resolve("job.yaml").toString()))
          .contains("is valid");
      try (JobProcess job = JobProcess.start(file, login, "info")) {
        String answers =
            commands.run(
                client(
                    broker,
                    storePassword,
                    topics.predictions(),
                    "consume",
                    "--type",
                    "prediction",
                    "--timeout",
                    "60",
                    "--max",
                    Integer.toString(SAMPLES)));
        job.requireAlive();
        assertThat(answers.lines()).hasSize(SAMPLES);
        assertShowsNothing(broker, webPages(port));
        assertThat(job.stop()).as(job.logTail()).isZero();
      }
      assertThat(
              new CommandLine(work, Map.of("KAFKA_PASSWORD", "wrong"))
                  .fail("validate", "--config", work.resolve("job.yaml").toString()))
          .contains("No Kafka broker answers", "Authentication failed");
      assertShowsNothing(broker, leftBehind(work));
    }
  }

  private static Topics topics(String bootstrapServers) {
    return new Topics(
        bootstrapServers,
        "samples",
        "predictions",
        "dead-letters",
        "drift",
        "labels",
        "control",
        "audit");
  }

  /** Here only the password of the login is a reference, on command lines the whole is. */
  private static String properties(SecureBroker broker, Path storePassword) {
    return """
        {security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: '%s', \
        ssl.truststore.location: "%s", ssl.truststore.password: "${file:%s}"}"""
        .formatted(SecureBroker.login("${KAFKA_PASSWORD}"), broker.trustStore(), storePassword);
  }

  private static String[] client(
      SecureBroker broker, Path storePassword, String topic, String command, String... more) {
    return Stream.concat(
            Stream.of(
                command,
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--topic",
                topic,
                "--property",
                "security.protocol=SASL_SSL",
                "--property",
                "sasl.mechanism=PLAIN",
                "--property",
                "sasl.jaas.config=${KAFKA_LOGIN}",
                "--property",
                "ssl.truststore.location=" + broker.trustStore(),
                "--property",
                "ssl.truststore.password=${file:" + storePassword + "}"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  /** The order of a stream: the first images. */
  private static String firstImages(Path work) throws IOException {
    Path order = work.resolve("order.npy");
    Npy.write(order, Tensor.ofLongs(Shape.of(SAMPLES), LongStream.range(0, SAMPLES).toArray()));
    return order.toString();
  }

  /** What Flink's REST interface tells of the job and of itself. */
  private static String webPages(int port) throws IOException, InterruptedException {
    StringBuilder pages = new StringBuilder();
    String jobs = page(port, "/jobs");
    JsonNode job = new JsonMapper().readTree(jobs).path("jobs").get(0).path("id");
    for (String path :
        List.of(
            "/jobs/%s",
            "/jobs/%s/config",
            "/jobs/%s/plan",
            "/jobs/%s/exceptions",
            "/jobmanager/config",
            "/jobmanager/environment",
            "/taskmanagers")) {
      pages.append(page(port, path.formatted(job.asText())));
    }
    assertThat(pages).contains("execution-config", "\"nodes\"", "jvm");
    return pages.toString();
  }

  private static String page(int port, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return response.body();
  }

  /** Job file, logs, outputs and checkpoints. */
  private static String leftBehind(Path work) throws IOException {
    StringBuilder all = new StringBuilder();
    int logs = 0;
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
        logs += file.toString().endsWith(".log") ? 1 : 0;
      }
    }
    assertThat(logs).isGreaterThan(3);
    // Kafka's clients log how they are set up: that is where a password would stand.
    assertThat(all).contains("sasl.jaas.config = [hidden]", "ssl.truststore.password = [hidden]");
    return all.toString();
  }

  private static void assertShowsNothing(SecureBroker broker, String text) {
    for (String secret : broker.secrets()) {
      assertThat(text.contains(secret)).as("a secret is shown").isFalse();
    }
  }
}
