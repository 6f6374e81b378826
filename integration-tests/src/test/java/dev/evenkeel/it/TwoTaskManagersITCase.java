package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.evenkeel.v1.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job as docs/deploy.md says to run it: a JobManager and two TaskManagers as processes of their
 * own with ONNX Runtime and Flink's Prometheus reporter among Flink's jars, the job's jar submitted
 * with Flink's own command line, twice in a row, and both endpoints of both TaskManagers scraped.
 * The cluster's settings and the scripts are those of the container images.
 */
class TwoTaskManagersITCase {
  private static final int TASK_MANAGERS = 2;
  private static final List<String> STREAMS =
      IntStream.range(0, 8).mapToObj(i -> "camera-" + i).toList();
  private static final int SAMPLES = 3 * JobFile.BATCH_SIZE;
  private static final Path DEPLOY = Path.of(System.getProperty("evenkeel.home"), "deploy/docker");
  private static final String NATIVE = "libonnxruntime.so";

  /** What the job's endpoint says when it listens; the last of a log is that of the last job. */
  private static final Pattern OF_JOB =
      Pattern.compile("Metrics on http://localhost:(\\d+)/metrics");

  private static final Pattern SUBMITTED = Pattern.compile("JobID (\\p{XDigit}+)");

  private static final Pattern OF_FLINK =
      Pattern.compile("Started PrometheusReporter HTTP server on port (\\d+)");

  @TempDir private Path directory;

  @Test
  void answersTwiceInARowAndBothTaskManagersAreScraped() throws Exception {
    Fashion fashion = new Fashion(directory.resolve("fashion"));
    try (FlinkCluster cluster =
        FlinkCluster.start(
            workplace("flink"), new FlinkCluster.Shape(TASK_MANAGERS, 1, true, settings()))) {
      for (String name : List.of("first", "second")) {
        Topics topics = TestBroker.newTopics(TASK_MANAGERS);
        JobFile file =
            new JobFile(workplace(name), fashion.model(), topics)
                .set("name", name)
                .set("parallelism", Integer.toString(TASK_MANAGERS))
                .set("metrics", "{port: 0}");
        SubmittedJob job = SubmittedJob.start(cluster, file);
        job.awaitRunning();
        answer(cluster, topics, fashion, 0, SAMPLES);
        assertScraped(cluster, name);
        if (name.equals("second")) {
          assertThat(startJob(cluster, file, name)).contains("Job second runs already");
        }
        cluster.rest().cancel(job.id());
        cluster.requireAlive();
        assertThat(cluster.nativeLibraries()).as("one a TaskManager").hasSize(TASK_MANAGERS);
        if (name.equals("second")) {
          assertGoesOnAfterCancellationAndStop(cluster, topics, fashion, file);
        }
      }
      assertThat(cluster.logTails()).doesNotContain("UnsatisfiedLinkError");
    }
  }

  /** The script finds the checkpoint that a cancelled job left, the savepoint of a stopped one. */
  private void assertGoesOnAfterCancellationAndStop(
      FlinkCluster cluster, Topics topics, Fashion fashion, JobFile file) throws Exception {
    int sent = SAMPLES + JobFile.BATCH_SIZE;
    String afterCancellation = startJob(cluster, file, "second");
    assertThat(afterCancellation).contains("/chk-");
    answer(cluster, topics, fashion, SAMPLES, sent);
    Matcher job = SUBMITTED.matcher(afterCancellation);
    assertThat(job.find()).as(afterCancellation).isTrue();
    cluster.rest().stopWithSavepoint(job.group(1), file.checkpoints().resolve("savepoints"));
    assertThat(startJob(cluster, file, "second")).contains("/savepoint-");
    answer(cluster, topics, fashion, sent, sent + JobFile.BATCH_SIZE);
  }

  /**
   * What the images set, but for memory and the port: on one machine each process takes another.
   */
  private static Map<String, String> settings() throws IOException {
    Map<String, String> settings =
        new YAMLMapper()
            .readValue(
                DEPLOY.resolve("flink.yaml").toFile(),
                new TypeReference<TreeMap<String, String>>() {});
    assertThat(settings.remove("classloader.parent-first-patterns.additional"))
        .as("as the cluster sets it")
        .isEqualTo("ai.onnxruntime.");
    assertThat(settings.put("metrics.reporter.prom.port", "20000-30000")).isEqualTo("9249");
    // Smaller here than in a container.
    settings.keySet().removeIf(key -> key.startsWith("taskmanager.memory."));
    settings.replaceAll((key, value) -> '"' + value + '"');
    return settings;
  }

  /** Sends more of each stream and waits until all of it is answered once and in order. */
  private static void answer(FlinkCluster cluster, Topics topics, Fashion fashion, int from, int to)
      throws Exception {
    try (Feed feed = new Feed(topics.samples());
        TopicReader<Prediction> visible =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      for (String stream : STREAMS) {
        feed.send(stream, fashion.encoded(stream, from, to));
      }
      await("answers")
          .atMost(Waiting.LIMIT)
          .pollInSameThread()
          .untilAsserted(
              () -> {
                cluster.requireAlive();
                assertThat(visible.readToEnd())
                    .as(cluster::logTails)
                    .hasSizeGreaterThanOrEqualTo(STREAMS.size() * to);
              });
      List<Prediction> answers = visible.readToEnd();
      for (String stream : STREAMS) {
        Predictions.assertEachOnceInOrder(Predictions.of(stream, answers), to);
      }
    }
  }

  /** The script of the images that submits a job where it does not run. */
  private String startJob(FlinkCluster cluster, JobFile file, String name) throws Exception {
    return script(
        cluster.commands(),
        0,
        "start-job.sh",
        cluster.target(),
        name,
        file.write().toString(),
        file.checkpoints().toString(),
        System.getProperty("evenkeel.job-jar"));
  }

  /** Runs a script of the images and returns what it says. */
  private String script(Path commands, int exitCode, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", DEPLOY.resolve(words[0]).toString()));
    command.addAll(List.of(words).subList(1, words.length));
    Path output = directory.resolve("script.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().merge("PATH", commands.toString(), (path, own) -> own + ":" + path);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(output);
      assertThat(process.exitValue()).as(said).isEqualTo(exitCode);
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Each TaskManager tells of its share of the answers, and all shares are all answers. */
  private void assertScraped(FlinkCluster cluster, String job) throws Exception {
    double answered = 0;
    double received = 0;
    for (String taskManager : cluster.taskManagers()) {
      Exposition own = Exposition.scrape(port(taskManager, OF_JOB));
      double share = own.sum("evenkeel_predictions_total", label("job", job));
      assertThat(share).as(taskManager).isPositive();
      assertThat(own.sum("evenkeel_adaptation_steps_total", label("job", job)))
          .as(taskManager)
          .isPositive();
      answered += share;
      int port = port(taskManager, OF_FLINK);
      script(directory, 0, "healthcheck.sh", Integer.toString(port));
      Exposition flink = Exposition.scrape(port);
      double records =
          flink.sum("flink_taskmanager_job_task_operator_numRecordsIn", label("job_name", job));
      assertThat(records).as(taskManager).isPositive();
      received += records;
      long pid = cluster.taskManager(taskManager).pid();
      assertThat(ProcessUse.mapped(pid, NATIVE)).as(taskManager).hasSize(1);
    }
    // Where nothing listens the health check fails; 1 is a port that needs root to listen on.
    script(directory, 1, "healthcheck.sh", "1");
    assertThat(answered).isEqualTo(STREAMS.size() * SAMPLES);
    assertThat(received).isGreaterThanOrEqualTo(answered);
  }

  private static String label(String name, String value) {
    return name + "=\"" + value + "\"";
  }

  private int port(String taskManager, Pattern announcement) throws IOException {
    int port = -1;
    String log = Files.readString(directory.resolve("flink").resolve(taskManager + ".log"));
    String out = Files.readString(directory.resolve("flink").resolve(taskManager + ".out"));
    for (Matcher found = announcement.matcher(log + out); found.find(); ) {
      port = Integer.parseInt(found.group(1));
    }
    assertThat(port).as("%s in the log of %s", announcement, taskManager).isPositive();
    return port;
  }

  private Path workplace(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }
}
