package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.jobs.cluster.ClusterSubmitter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two submissions of a job share a TaskManager, are cancelled under load, and come again. They
 * differ in name and topics only: two with one name would fence each other's transactions.
 */
class ResubmissionITCase {
  private static final Path JAR = Path.of(System.getProperty("evenkeel.job-jar"));
  private static final String NATIVE = "libonnxruntime.so";

  @TempDir private Path directory;

  @Test
  void sharesOneTaskManagerAndOneNativeLibrary() throws Exception {
    submitAndCancel(2);
  }

  @Test
  @Tag("long")
  void sharesOneTaskManagerAndOneNativeLibraryTwentyTimes() throws Exception {
    submitAndCancel(20);
  }

  private void submitAndCancel(int rounds) throws Exception {
    assumeThat(ProcessUse.isKnown()).as("/proc").isTrue();
    Fashion fashion = new Fashion(directory.resolve("fashion"));
    Topics topics = TestBroker.newTopics(1);
    List<Topics> both = List.of(topics, topics.withOtherAnswers(1));
    try (FlinkCluster cluster =
            FlinkCluster.start(
                Files.createDirectories(directory.resolve("flink")),
                FlinkCluster.Shape.WITH_ONNX_RUNTIME);
        SteadyFeed feed =
            new SteadyFeed(
                new Feed(topics.samples()), fashion, List.of("north", "east"), 200, () -> 0)) {
      for (int round = 0; round < rounds; round++) {
        List<String> jobs = new ArrayList<>();
        for (Topics each : both) {
          Path workplace = Files.createDirectories(directory.resolve(each.predictions()));
          Path file =
              new JobFile(workplace, fashion.model(), each)
                  .set("name", each.predictions())
                  .set("recipe", "ema-bn")
                  .write();
          jobs.add(new ClusterSubmitter(cluster.target()).submit(JAR, file));
        }
        for (Topics each : both) {
          awaitMoreAnswers(each, cluster);
        }
        for (String job : jobs) {
          assertThat(cluster.rest().state(job)).as(cluster::logTails).isEqualTo("RUNNING");
          cluster.rest().cancel(job);
        }
        cluster.requireAlive();
        assertThat(cluster.nativeLibraries()).hasSize(1);
        long pid = cluster.taskManager(cluster.taskManagers().get(0)).pid();
        assertThat(ProcessUse.mapped(pid, NATIVE)).hasSize(1);
      }
      assertThat(feed.sent()).isPositive();
      assertThat(cluster.logTails()).doesNotContain("UnsatisfiedLinkError");
    }
  }

  private static void awaitMoreAnswers(Topics topics, FlinkCluster cluster) {
    try (TopicReader<byte[]> answers =
        TopicReader.committed(topics.predictions(), bytes -> bytes)) {
      long before = answers.end();
      await("answers")
          .atMost(Waiting.LIMIT)
          .pollInSameThread()
          .untilAsserted(
              () -> assertThat(answers.end()).as(cluster::logTails).isGreaterThan(before));
    }
  }
}
