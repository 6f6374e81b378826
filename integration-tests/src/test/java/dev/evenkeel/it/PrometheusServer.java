package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.evenkeel.it.deploy.Checkout;
import dev.evenkeel.jobs.broker.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.testcontainers.Testcontainers;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.MountableFile;

/**
 * The real Prometheus with the configuration that is deployed, but for the addresses that it
 * scrapes and how often.
 */
final class PrometheusServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int PORT = 9090;
  private static final String CONFIGURATION = "prometheus.yml";
  private static final String RULES = "alerts.yaml";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Companion server;

  private PrometheusServer(Companion server) {
    this.server = server;
  }

  /**
   * Starts it and waits until it answers: a container where an engine is there, else a process.
   *
   * @param prometheus the program, for the process
   * @param configuration the deployed one; its rules lie beside it
   * @param targets host and port on this machine by the name of the scrape configuration
   */
  static PrometheusServer start(
      Tool prometheus,
      Path directory,
      Path configuration,
      Map<String, List<String>> targets,
      Duration interval)
      throws IOException {
    String image = Checkout.image("prometheus");
    boolean container =
        ContainerEngine.answersFor("Prometheus", image, prometheus.program().toString());
    Map<String, List<String>> seen = container ? seenFromContainers(targets) : targets;
    new YAMLMapper()
        .writeValue(directory.resolve(CONFIGURATION).toFile(), at(configuration, seen, interval));
    Files.copy(configuration.resolveSibling(RULES), directory.resolve(RULES));
    PrometheusServer server =
        new PrometheusServer(
            container ? startContainer(image, directory) : startProcess(prometheus, directory));
    try {
      await("Prometheus")
          .atMost(Waiting.LIMIT)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> server.get("-/ready").statusCode() == 200);
      return server;
    } catch (Throwable e) {
      server.close();
      throw e;
    }
  }

  private static Companion startProcess(Tool prometheus, Path directory) throws IOException {
    int port = FreePorts.next();
    Path log = directory.resolve("prometheus.log");
    List<String> command =
        new ArrayList<>(
            List.of(prometheus.program().toString(), "--web.listen-address=127.0.0.1:" + port));
    command.addAll(options(directory.resolve(CONFIGURATION), directory.resolve("data")));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new ProcessCompanion(process, log, URI.create("http://127.0.0.1:" + port + "/"));
  }

  // What is stopped by close, and by the reaper of Testcontainers after the JVM has gone.
  @SuppressWarnings("resource")
  private static Companion startContainer(String image, Path directory) {
    Path folder = Path.of("/etc/prometheus");
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withAccessToHost(true)
            .withNetwork(Network.SHARED)
            // As the data source that is deployed names it.
            .withNetworkAliases("prometheus")
            .withCommand(
                options(folder.resolve(CONFIGURATION), Path.of("/prometheus"))
                    .toArray(String[]::new));
    for (String file : List.of(CONFIGURATION, RULES)) {
      container.withCopyFileToContainer(
          MountableFile.forHostPath(directory.resolve(file)), folder.resolve(file).toString());
    }
    return ContainerCompanion.start(container, PORT);
  }

  private static List<String> options(Path configuration, Path data) {
    return List.of(
        "--config.file=" + configuration,
        "--storage.tsdb.path=" + data,
        "--enable-feature=exemplar-storage");
  }

  /** Opens the ports of this machine to containers. */
  private static Map<String, List<String>> seenFromContainers(Map<String, List<String>> targets) {
    Map<String, List<String>> seen = new HashMap<>();
    targets.forEach(
        (job, addresses) -> {
          List<String> ports =
              addresses.stream().map(address -> address.replaceFirst(".*:", "")).toList();
          Testcontainers.exposeHostPorts(ports.stream().mapToInt(Integer::parseInt).toArray());
          seen.put(
              job,
              ports.stream()
                  .map(port -> GenericContainer.INTERNAL_HOST_HOSTNAME + ":" + port)
                  .toList());
        });
    return seen;
  }

  private static ObjectNode at(
      Path configuration, Map<String, List<String>> targets, Duration interval) throws IOException {
    ObjectNode tree = (ObjectNode) new YAMLMapper().readTree(configuration.toFile());
    ObjectNode global = tree.withObject("/global");
    global.put("scrape_interval", interval.toMillis() + "ms");
    global.put("evaluation_interval", interval.toMillis() + "ms");
    for (JsonNode scrape : tree.path("scrape_configs")) {
      List<String> found = targets.get(scrape.path("job_name").asText());
      assertThat(found).as("targets of %s", scrape).isNotNull();
      ((ObjectNode) scrape).remove("dns_sd_configs");
      ArrayNode addresses =
          ((ObjectNode) scrape).putArray("static_configs").addObject().putArray("targets");
      found.forEach(addresses::add);
    }
    return tree;
  }

  /** The present value of an expression, one element for each series. */
  JsonNode query(String expression) throws IOException, InterruptedException {
    return result("api/v1/query?query=" + encoded(expression), expression);
  }

  /** The values of an expression over time. */
  JsonNode queryRange(String expression, long startSeconds, long endSeconds, int stepSeconds)
      throws IOException, InterruptedException {
    return result(
        "api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
            .formatted(encoded(expression), startSeconds, endSeconds, stepSeconds),
        expression);
  }

  /** Names of the alerts that fire or are about to, with their labels. */
  JsonNode alerts() throws IOException, InterruptedException {
    return JSON.readTree(get("api/v1/alerts").body()).path("data").path("alerts");
  }

  /** The exemplars of a metric in the last hour, one element for each series. */
  JsonNode exemplars(String expression) throws IOException, InterruptedException {
    Instant now = Instant.now();
    String path =
        "api/v1/query_exemplars?query=%s&start=%d&end=%d"
            .formatted(
                encoded(expression),
                now.minusSeconds(3600).getEpochSecond(),
                now.getEpochSecond() + 1);
    return JSON.readTree(get(path).body()).path("data");
  }

  private JsonNode result(String path, String expression) throws IOException, InterruptedException {
    JsonNode answer = JSON.readTree(get(path).body());
    assertThat(answer.path("status").asText())
        .as("%s: %s", expression, answer.path("error").asText())
        .isEqualTo("success");
    return answer.path("data").path("result");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    server.requireAlive();
    return client.send(
        HttpRequest.newBuilder(server.address().resolve(path))
            .timeout(Duration.ofSeconds(10))
            .build(),
        BodyHandlers.ofString());
  }

  private static String encoded(String expression) {
    return URLEncoder.encode(expression, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
  }
}
