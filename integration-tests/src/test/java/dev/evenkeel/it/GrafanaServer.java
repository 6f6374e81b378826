package dev.evenkeel.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.it.deploy.Checkout;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.MountableFile;

/**
 * Grafana with the provisioning and the dashboards that are deployed, in a container beside that of
 * {@link PrometheusServer}.
 */
final class GrafanaServer implements AutoCloseable {
  private static final int PORT = 3000;
  private static final Path DEPLOYED = AlertRules.FILE.resolveSibling("../grafana").normalize();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Companion server;

  private GrafanaServer(Companion server) {
    this.server = server;
  }

  /**
   * @return empty where no engine is there: no package of it can be installed without more ado
   */
  // What is stopped by close, and by the reaper of Testcontainers after the JVM has gone.
  @SuppressWarnings("resource")
  static Optional<GrafanaServer> start() {
    String image = Checkout.image("grafana");
    if (!ContainerEngine.answersFor("Grafana", image, "none, the schema of its dashboards only")) {
      return Optional.empty();
    }
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withNetwork(Network.SHARED)
            .withEnv("GF_AUTH_ANONYMOUS_ENABLED", "true")
            .withEnv("GF_AUTH_ANONYMOUS_ORG_ROLE", "Admin")
            .withEnv("GF_ANALYTICS_REPORTING_ENABLED", "false")
            .withCopyFileToContainer(
                MountableFile.forHostPath(DEPLOYED.resolve("provisioning")),
                "/etc/grafana/provisioning")
            .withCopyFileToContainer(
                MountableFile.forHostPath(DEPLOYED.resolve("dashboards")),
                "/var/lib/grafana/dashboards")
            .waitingFor(Wait.forHttp("/api/health").forPort(PORT));
    return Optional.of(new GrafanaServer(ContainerCompanion.start(container, PORT)));
  }

  /** What its HTTP interface answers. */
  JsonNode get(String path) throws IOException, InterruptedException {
    server.requireAlive();
    URI address = server.address().resolve(path);
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(address + " answers " + answer.statusCode() + ": " + answer.body());
    }
    return new ObjectMapper().readTree(answer.body());
  }

  @Override
  public void close() {
    server.close();
  }
}
