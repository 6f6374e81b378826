package dev.evenkeel.it;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.evenkeel.jobs.broker.FreePorts;
import dev.evenkeel.jobs.registry.HttpSchemaRegistry;
import dev.evenkeel.jobs.registry.RegistryOptions;
import dev.evenkeel.schemas.SchemaRegistryException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;

/**
 * Apicurio Registry with its data in memory and Confluent's REST interface: a container where an
 * engine is there, else a JVM of its own.
 */
final class TestRegistry implements AutoCloseable {
  private static final int PORT = 8080;

  private final Companion server;
  private final RegistryOptions options;

  private TestRegistry(Companion server) {
    this.server = server;
    this.options =
        new RegistryOptions(
            server.address().resolve("apis/ccompat/v7"),
            null,
            RegistryOptions.DEFAULT_TIMEOUT,
            Duration.ZERO,
            true);
  }

  /** Returns once it answers. */
  static TestRegistry start(Path directory) throws IOException {
    String image = System.getProperty("evenkeel.registry-image");
    Companion server =
        ContainerEngine.answersFor("Schema registry", image, "Apicurio in a JVM")
            ? ContainerCompanion.start(new GenericContainer<>(image), PORT)
            : startJvm(directory);
    TestRegistry registry = new TestRegistry(server);
    Awaitility.await("registry")
        .atMost(Waiting.LIMIT)
        .ignoreExceptionsInstanceOf(SchemaRegistryException.class)
        .until(
            () -> {
              server.requireAlive();
              HttpSchemaRegistry.of(registry.options).requireAnswer();
              return true;
            });
    return registry;
  }

  private static Companion startJvm(Path directory) throws IOException {
    Path jar = Path.of(System.getProperty("evenkeel.registry"));
    String mainClass;
    try (JarFile opened = new JarFile(jar.toFile())) {
      mainClass = opened.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
    }
    int port = FreePorts.next();
    return ChildJvm.start(
            directory,
            "registry",
            jar.toString(),
            Map.of("QUARKUS_HTTP_HOST", "127.0.0.1", "QUARKUS_HTTP_PORT", Integer.toString(port)),
            mainClass,
            List.of())
        .at(URI.create("http://127.0.0.1:" + port + "/"));
  }

  RegistryOptions options() {
    return options;
  }

  /**
   * Registers a schema as a foreign producer does.
   *
   * @return its number
   */
  int register(String subject, String schema) throws IOException, InterruptedException {
    String body = new JsonMapper().createObjectNode().put("schema", schema).toString();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(options.url() + "/subjects/" + subject + "/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    return new JsonMapper().readTree(response.body()).get("id").asInt();
  }

  /** Stops answering, but forgets nothing. */
  void pause() throws IOException, InterruptedException {
    server.pause();
  }

  void resume() throws IOException, InterruptedException {
    server.resume();
  }

  @Override
  public void close() {
    server.close();
  }
}
