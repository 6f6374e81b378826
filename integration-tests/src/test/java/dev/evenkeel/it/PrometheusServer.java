package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
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
import java.util.List;
import java.util.Map;

/**
 * The real Prometheus with the configuration that is deployed, but for the addresses that it
 * scrapes and how often.
 */
final class PrometheusServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final URI address;

  private PrometheusServer(Process process, Path log, URI address) {
    this.process = process;
    this.log = log;
    this.address = address;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param configuration the deployed one; its rules lie beside it
   * @param targets host and port by the name of the scrape configuration
   */
  static PrometheusServer start(
      Tool prometheus,
      Path directory,
      Path configuration,
      Map<String, List<String>> targets,
      Duration interval)
      throws IOException {
    int port = FreePorts.next();
    Path file = directory.resolve("prometheus.yml");
    new YAMLMapper().writeValue(file.toFile(), at(configuration, targets, interval));
    Files.copy(configuration.resolveSibling("alerts.yaml"), directory.resolve("alerts.yaml"));
    Path log = directory.resolve("prometheus.log");
    Process process =
        new ProcessBuilder(
                prometheus.program().toString(),
                "--config.file=" + file,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    PrometheusServer server =
        new PrometheusServer(process, log, URI.create("http://127.0.0.1:" + port + "/"));
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

  /** All metric names that were scraped. */
  JsonNode metricNames() throws IOException, InterruptedException {
    return JSON.readTree(get("api/v1/label/__name__/values").body()).path("data");
  }

  private JsonNode result(String path, String expression) throws IOException, InterruptedException {
    JsonNode answer = JSON.readTree(get(path).body());
    assertThat(answer.path("status").asText())
        .as("%s: %s", expression, answer.path("error").asText())
        .isEqualTo("success");
    return answer.path("data").path("result");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new AssertionError("Prometheus has ended: " + Files.readString(log));
    }
    return client.send(
        HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(10)).build(),
        BodyHandlers.ofString());
  }

  private static String encoded(String expression) {
    return URLEncoder.encode(expression, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
