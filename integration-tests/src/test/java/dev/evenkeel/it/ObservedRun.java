package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.jobs.broker.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A job as it is operated: on a cluster of one JobManager and two TaskManagers, ONNX Runtime among
 * Flink's jars, submitted with Flink's command line, with everything switched on that can be
 * watched, and fed.
 */
final class ObservedRun implements AutoCloseable {
  private static final int TASK_MANAGERS = 2;
  private static final int PORTS = 10;

  private final HttpClient client = HttpClient.newHttpClient();
  private final FlinkCluster cluster;
  private final Topics topics;
  private final CommandLine commands;
  private final DriftingFeed feed;
  private final int jobPort;
  private final int flinkPort;

  private ObservedRun(
      FlinkCluster cluster,
      Topics topics,
      CommandLine commands,
      DriftingFeed feed,
      int jobPort,
      int flinkPort) {
    this.cluster = cluster;
    this.topics = topics;
    this.commands = commands;
    this.feed = feed;
    this.jobPort = jobPort;
    this.flinkPort = flinkPort;
  }

  /**
   * @param name of the job
   */
  static ObservedRun start(Path directory, String name, int perSecond)
      throws IOException, InterruptedException {
    int jobPort = FreePorts.next();
    int flinkPort = FreePorts.next();
    FlinkCluster cluster =
        FlinkCluster.start(
            Files.createDirectories(directory.resolve("flink")),
            new FlinkCluster.Shape(TASK_MANAGERS, 1, true, reporter(flinkPort)));
    try {
      Topics topics = TestBroker.newTopics(TASK_MANAGERS);
      SubmittedJob.start(cluster, job(directory, name, topics, jobPort)).awaitRunning();
      Path data = Files.createDirectories(directory.resolve("feed"));
      return new ObservedRun(
          cluster,
          topics,
          new CommandLine(data),
          new DriftingFeed(topics, data, perSecond),
          jobPort,
          flinkPort);
    } catch (Throwable e) {
      cluster.close();
      throw e;
    }
  }

  /** What docs/metrics.md says, on a range of ports. */
  private static Map<String, String> reporter(int port) {
    String prefix = "metrics.reporter.prom.";
    return Map.of(
        "metrics.reporters",
        "prom",
        prefix + "factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
        prefix + "port",
        port + "-" + (port + PORTS - 1),
        prefix + "filterLabelValueCharacters",
        "\"false\"",
        prefix + "scope.variables.excludes",
        "\"job_id;task_id;task_attempt_id;task_attempt_num;operator_id;tm_id\"");
  }

  private static JobFile job(Path directory, String name, Topics topics, int port)
      throws IOException, InterruptedException {
    Path workplace = Files.createDirectories(directory.resolve("job"));
    Path model = new Fashion(workplace).model();
    Path profile = profile(workplace, model);
    return new JobFile(workplace, model, topics)
        .set("name", name)
        .set("parallelism", Integer.toString(TASK_MANAGERS))
        .set("recipe", "ema-bn+eta+prior-correction")
        .set("set", "{labelshift.source-profile: %s}".formatted(profile))
        .set("batch", "{max-size: 16, max-delay: 500ms}")
        .set("drift", "{window: 64, source-profile: %s, segment-by: site}".formatted(profile))
        .set("labels", "{delay: 30m}")
        .set("snapshots", "{store: store, interval: 2s}")
        .set("checkpoints", "{directory: checkpoints, interval: 1s}")
        .set("metrics", "{port: %d}".formatted(port));
  }

  /** Of source images, features included. */
  private static Path profile(Path workplace, Path model) throws IOException, InterruptedException {
    Path images = workplace.resolve("source-images.npy");
    Npy.write(
        images,
        Npz.read(FashionKit.copyTo(workplace, "calibration/source-images.npz")).get("images"));
    Path profile = workplace.resolve("profile.json");
    new CommandLine(workplace)
        .run(
            "model",
            "profile",
            "--model",
            model.toString(),
            "--inputs",
            images.toString(),
            "--labels",
            FashionKit.copyTo(workplace, "calibration/source-labels.npy").toString(),
            "--out",
            profile.toString());
    return profile;
  }

  /** The job's endpoints, one of each TaskManager. */
  List<String> jobEndpoints() {
    return endpoints(jobPort, "evenkeel_predictions_total", TASK_MANAGERS);
  }

  /** Flink's endpoints, one of each process. */
  List<String> flinkEndpoints() {
    return endpoints(flinkPort, "flink_", TASK_MANAGERS + 1);
  }

  private List<String> endpoints(int first, String metric, int count) {
    List<String> found = new ArrayList<>();
    await("endpoints with " + metric)
        .atMost(Waiting.LIMIT)
        .until(
            () -> {
              cluster.requireAlive();
              found.clear();
              for (int port = first; port < first + PORTS; port++) {
                if (scrape("localhost:" + port).contains(metric)) {
                  found.add("localhost:" + port);
                }
              }
              return found.size() == count;
            });
    return found;
  }

  /** Takes one of the streams back to the source model, as a user does. */
  void reset() throws IOException, InterruptedException {
    assertThat(commands.control(topics, "reset", "--stream", DriftingFeed.name(0)))
        .contains("\"status\":\"APPLIED\"");
  }

  /** What an endpoint says; nothing where there is none, or something else. */
  String scrape(String endpoint) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint + "/metrics"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * @throws AssertionError if a process or the feed has ended
   */
  void requireAlive() throws InterruptedException {
    cluster.requireAlive();
    feed.requireAlive();
  }

  @Override
  public void close() {
    feed.close();
    cluster.close();
  }
}
