package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.v1.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job as docs/deploy.md says to run it: a JobManager and two TaskManagers as processes of their
 * own with ONNX Runtime and Flink's Prometheus reporter among Flink's jars, the job's jar submitted
 * with Flink's own command line, twice in a row, and both endpoints of both TaskManagers scraped.
 */
class TwoTaskManagersITCase {
  private static final int TASK_MANAGERS = 2;
  private static final List<String> STREAMS =
      IntStream.range(0, 8).mapToObj(i -> "camera-" + i).toList();
  private static final int SAMPLES = 3 * JobFile.BATCH_SIZE;
  private static final String NATIVE = "libonnxruntime.so";

  /** What the job's endpoint says when it listens; the last of a log is that of the last job. */
  private static final Pattern OF_JOB =
      Pattern.compile("Metrics on http://localhost:(\\d+)/metrics");

  private static final Pattern OF_FLINK =
      Pattern.compile("Started PrometheusReporter HTTP server on port (\\d+)");

  @TempDir private Path directory;

  @Test
  void answersTwiceInARowAndBothTaskManagersAreScraped() throws Exception {
    Fashion fashion = new Fashion(directory.resolve("fashion"));
    try (FlinkCluster cluster =
        FlinkCluster.start(workplace("flink"), new FlinkCluster.Shape(2, 1, true, reporter()))) {
      for (String name : List.of("first", "second")) {
        Topics topics = TestBroker.newTopics(TASK_MANAGERS);
        JobFile file =
            new JobFile(workplace(name), fashion.model(), topics)
                .set("name", name)
                .set("parallelism", Integer.toString(TASK_MANAGERS))
                .set("metrics", "{port: 0}");
        SubmittedJob job = SubmittedJob.start(cluster, file);
        job.awaitRunning();
        answerAll(cluster, topics, fashion);
        assertScraped(cluster, name);
        cluster.rest().cancel(job.id());
        cluster.requireAlive();
        assertThat(cluster.nativeLibraries()).as("one a TaskManager").hasSize(TASK_MANAGERS);
      }
      assertThat(cluster.logTails()).doesNotContain("UnsatisfiedLinkError");
    }
  }

  private static Map<String, String> reporter() {
    return Map.of(
        "metrics.reporters",
        "prom",
        "metrics.reporter.prom.factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
        // Whatever else runs on this machine, some of these are free; logs say which was taken.
        "metrics.reporter.prom.port",
        "20000-30000",
        "metrics.reporter.prom.filterLabelValueCharacters",
        "\"false\"");
  }

  private static void answerAll(FlinkCluster cluster, Topics topics, Fashion fashion)
      throws Exception {
    try (Feed feed = new Feed(topics.samples());
        TopicReader<Prediction> visible =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      for (String stream : STREAMS) {
        feed.send(stream, fashion.encoded(stream, 0, SAMPLES));
      }
      await("answers")
          .atMost(Waiting.LIMIT)
          .pollInSameThread()
          .untilAsserted(
              () -> {
                cluster.requireAlive();
                assertThat(visible.readToEnd())
                    .as(cluster::logTails)
                    .hasSizeGreaterThanOrEqualTo(STREAMS.size() * SAMPLES);
              });
      List<Prediction> answers = visible.readToEnd();
      for (String stream : STREAMS) {
        Predictions.assertEachOnceInOrder(Predictions.of(stream, answers), SAMPLES);
      }
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
      Exposition flink = Exposition.scrape(port(taskManager, OF_FLINK));
      double records =
          flink.sum("flink_taskmanager_job_task_operator_numRecordsIn", label("job_name", job));
      assertThat(records).as(taskManager).isPositive();
      received += records;
      long pid = cluster.taskManager(taskManager).pid();
      assertThat(ProcessUse.mapped(pid, NATIVE)).as(taskManager).hasSize(1);
    }
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
