package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A cluster's REST interface, as far as tests ask. */
final class FlinkRest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final String target;

  /**
   * @param target host and port
   */
  FlinkRest(String target) {
    this.target = target;
  }

  int freeSlots() throws IOException, InterruptedException {
    return get("overview").path("slots-available").asInt();
  }

  /** Resource identifiers of the TaskManagers all of whose slots are in use. */
  List<String> busyTaskManagers() throws IOException, InterruptedException {
    List<String> busy = new ArrayList<>();
    for (JsonNode worker : get("taskmanagers").path("taskmanagers")) {
      if (worker.path("freeSlots").asInt() == 0) {
        busy.add(worker.path("id").asText());
      }
    }
    return busy;
  }

  /** A gauge of a TaskManager; empty text while it has not been reported. */
  String taskManagerMetric(String taskManager, String name)
      throws IOException, InterruptedException {
    return get("taskmanagers/" + taskManager + "/metrics?get=" + name)
        .path(0)
        .path("value")
        .asText();
  }

  String state(String job) throws IOException, InterruptedException {
    return get("jobs/" + job).path("state").asText();
  }

  /** Whether every task of the job runs, not only the job by itself. */
  boolean runs(String job) throws IOException, InterruptedException {
    JsonNode answer = get("jobs/" + job);
    for (JsonNode vertex : answer.path("vertices")) {
      if (vertex.path("tasks").path("RUNNING").asInt() != vertex.path("parallelism").asInt()) {
        return false;
      }
    }
    return answer.path("state").asText().equals("RUNNING");
  }

  /** When the job last began to start again, milliseconds; 0 if it never did. */
  long lastRestart(String job) throws IOException, InterruptedException {
    return get("jobs/" + job).path("timestamps").path("RESTARTING").asLong();
  }

  boolean isCheckpointInProgress(String job) throws IOException, InterruptedException {
    return checkpointCounts(job).path("in_progress").asInt() > 0;
  }

  int completedCheckpoints(String job) throws IOException, InterruptedException {
    return checkpointCounts(job).path("completed").asInt();
  }

  int failedCheckpoints(String job) throws IOException, InterruptedException {
    return checkpointCounts(job).path("failed").asInt();
  }

  private JsonNode checkpointCounts(String job) throws IOException, InterruptedException {
    return get("jobs/" + job + "/checkpoints").path("counts");
  }

  /** Why the job last failed; empty if it never did. */
  String lastFailure(String job) throws IOException, InterruptedException {
    return get("jobs/" + job + "/exceptions")
        .path("exceptionHistory")
        .path("entries")
        .path(0)
        .path("stacktrace")
        .asText();
  }

  /** Asks for a job's end and waits until it is gone. */
  void cancel(String job) throws IOException, InterruptedException {
    send(request("jobs/" + job).method("PATCH", BodyPublishers.noBody()));
    await("cancelled job")
        .atMost(Waiting.LIMIT)
        .untilAsserted(() -> assertThat(state(job)).isEqualTo("CANCELED"));
  }

  /**
   * Stops a job with a savepoint.
   *
   * @return where the savepoint lies
   */
  Path stopWithSavepoint(String job, Path directory) throws IOException, InterruptedException {
    String body =
        JSON.writeValueAsString(
            JSON.createObjectNode()
                .put("targetDirectory", directory.toUri().toString())
                .put("drain", false));
    JsonNode trigger =
        JSON.readTree(
            send(
                request("jobs/" + job + "/stop")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))));
    String operation = "jobs/" + job + "/savepoints/" + trigger.path("request-id").asText();
    AtomicReference<JsonNode> last = new AtomicReference<>(trigger);
    await("savepoint")
        .atMost(Waiting.LIMIT)
        .until(
            () -> {
              last.set(get(operation));
              return !last.get().path("status").path("id").asText().equals("IN_PROGRESS");
            });
    String location = last.get().path("operation").path("location").asText();
    assertThat(location).as(last.get().toString()).isNotEmpty();
    return Path.of(URI.create(location).getPath());
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(send(request(path)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + target + "/" + path))
        .timeout(Duration.ofSeconds(10));
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }
}
