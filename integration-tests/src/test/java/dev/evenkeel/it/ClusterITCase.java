package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.jobs.JobMain;
import dev.evenkeel.jobs.cli.Main;
import dev.evenkeel.v1.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shaded jar on a cluster of separate processes, submitted again and again to the same
 * TaskManager, where each submission gets another class loader.
 */
class ClusterITCase {
  private static final String STREAM = "camera";
  private static final int BATCHES = 13;
  private static final int SAMPLES = BATCHES * JobFile.BATCH_SIZE;
  private static final Path JAR = Path.of(System.getProperty("evenkeel.job-jar"));
  private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");

  @TempDir private Path directory;

  private Fashion fashion;
  private FlinkCluster cluster;

  @BeforeEach
  void unpack() throws Exception {
    fashion = new Fashion(directory.resolve("fashion"));
  }

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void clusterHasNothingOfTheJob() {
    assertThat(FlinkCluster.classPath())
        .contains("flink-runtime-")
        .doesNotContain("evenkeel-job", "flink-jobs", "adapters-")
        .doesNotContain("kafka", "onnx", "avro", "flink-connector-base");
  }

  @Test
  void answersEachSampleOnceHoweverOftenAndInWhicheverWayItIsSubmitted() throws Exception {
    cluster = FlinkCluster.start(workplace("flink"), FlinkCluster.Shape.SINGLE);
    List<Prediction> first = answers("first", this::submit);
    List<Prediction> second = answers("second", this::submit);
    List<Prediction> third = answers("third", this::flinkRun);
    Predictions.assertSameAnswers(second, first);
    Predictions.assertSameAnswers(third, first);
    // Steps count from zero: the model has learned from every batch before the last.
    assertThat(first.get(SAMPLES - 1).getAdaptationStep()).isEqualTo(BATCHES - 1);
    assertThat(cluster.nativeLibraries()).as("one of each class loader").hasSize(3);
  }

  /** A way to start a job on the cluster; returns Flink's identifier of the job. */
  private interface Submission {
    String start(Path workplace, Path jobFile) throws IOException, InterruptedException;
  }

  private List<Prediction> answers(String name, Submission submission) throws Exception {
    Path workplace = workplace(name);
    Topics topics = TestBroker.newTopics(1);
    Path jobFile = new JobFile(workplace, fashion.model(), topics).write();
    try (Feed feed = new Feed(topics.samples());
        TopicReader<Prediction> visible =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      String job = submission.start(workplace, jobFile);
      feed.send(STREAM, fashion.encoded(STREAM, 0, SAMPLES));
      await(name)
          .atMost(Waiting.LIMIT)
          .pollInSameThread()
          .untilAsserted(
              () -> {
                cluster.requireAlive();
                assertThat(visible.readToEnd())
                    .as(cluster::logTails)
                    .hasSizeGreaterThanOrEqualTo(SAMPLES);
              });
      assertThat(cluster.rest().state(job)).isEqualTo("RUNNING");
      cluster.rest().cancel(job);
      List<Prediction> answers = visible.readToEnd();
      Predictions.assertEachOnceInOrder(answers, SAMPLES);
      return new ArrayList<>(answers);
    }
  }

  private Path workplace(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  private String submit(Path workplace, Path jobFile) throws IOException, InterruptedException {
    try (ChildJvm evenkeel =
        ChildJvm.start(
            workplace,
            "submit",
            System.getProperty("java.class.path"),
            Map.of(),
            Main.class.getName(),
            List.of(
                "submit",
                "--config",
                jobFile.toString(),
                "--target",
                cluster.target(),
                "--jar",
                JAR.toString(),
                "--json"))) {
      return new ObjectMapper().readTree(evenkeel.output()).path("job_id").asText();
    }
  }

  private String flinkRun(Path workplace, Path jobFile) throws IOException, InterruptedException {
    String printed =
        cluster.run(
            List.of(
                "-d",
                "-c",
                JobMain.class.getName(),
                JAR.toString(),
                "--config",
                jobFile.toString()));
    Matcher id = JOB_ID.matcher(printed);
    assertThat(id.find()).as(printed).isTrue();
    return id.group(1);
  }
}
