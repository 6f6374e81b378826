package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing that a process takes grows for good. Memory may still settle by a few percent,
 * descriptors come and go with connections.
 */
class SoakITCase {
  private static final long KILOBYTES = 24 << 10;
  private static final long DIRECT_BYTES = 8 << 20;
  private static final long METASPACE_BYTES = 2 << 20;
  private static final long DESCRIPTORS = 8;

  @TempDir private Path directory;

  private final Trend resident = new Trend("resident memory, KB");
  private final Trend direct = new Trend("direct memory, bytes");
  private final Trend metaspace = new Trend("metaspace, bytes");
  private final Trend descriptors = new Trend("open files");

  @BeforeEach
  void requireProc() {
    assumeThat(ProcessUse.isKnown()).as("/proc").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unmix-tns", "tent"})
  void stepsTakeNoMoreAndMoreMemory(String recipe) throws Exception {
    loop(recipe, 2_000);
  }

  @ParameterizedTest
  @Tag("long")
  @ValueSource(strings = {"unmix-tns", "tent"})
  void hundredThousandStepsTakeNoMoreAndMoreMemory(String recipe) throws Exception {
    loop(recipe, 100_000);
  }

  @Test
  void jobAtFullLoadTakesNoMoreAndMoreForAMinute() throws Exception {
    soak("unmix-tns", Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @Tag("long")
  @ValueSource(strings = {"unmix-tns", "tent"})
  void jobAtFullLoadTakesNoMoreAndMore(String recipe) throws Exception {
    soak(recipe, Duration.ofSeconds(Integer.getInteger("evenkeel.soak-seconds", 15 * 60)));
  }

  private void loop(String recipe, int batches) throws Exception {
    Path data = Files.createDirectories(directory.resolve("fashion"));
    try (ChildJvm process =
        ChildJvm.start(
            directory,
            "loop",
            System.getProperty("java.class.path"),
            Map.of(),
            SessionLoop.class.getName(),
            List.of(recipe, Integer.toString(batches), data.toString()))) {
      process
          .output(Duration.ofHours(1))
          .lines()
          .map(line -> line.split(" "))
          .forEach(
              words -> {
                resident.add(Long.parseLong(words[0]));
                direct.add(Long.parseLong(words[1]));
                descriptors.add(Long.parseLong(words[2]));
              });
    }
    System.out.println(recipe + ", " + batches + " batches: " + List.of(resident, direct));
    resident.assertGrowsAtMost(KILOBYTES);
    direct.assertGrowsAtMost(DIRECT_BYTES);
    descriptors.assertGrowsAtMost(0);
  }

  private void soak(String recipe, Duration duration) throws Exception {
    Fashion fashion = new Fashion(directory.resolve("fashion"));
    Topics topics = TestBroker.newTopics(1);
    JobFile file =
        new JobFile(Files.createDirectories(directory.resolve("job")), fashion.model(), topics)
            .set("recipe", recipe)
            .set("batch", "{mode: latency, max-size: 16, max-delay: 100ms}")
            .set("checkpoints", "{directory: checkpoints, interval: 2s}");
    try (FlinkCluster cluster =
            FlinkCluster.start(
                Files.createDirectories(directory.resolve("flink")),
                FlinkCluster.Shape.SINGLE_OF_FIXED_HEAP);
        TopicReader<byte[]> answers = TopicReader.committed(topics.predictions(), bytes -> bytes)) {
      SubmittedJob job = SubmittedJob.start(cluster, file);
      job.awaitRunning();
      feed(fashion, topics, answers, cluster, duration);
      assertThat(cluster.rest().state(job.id())).isEqualTo("RUNNING");
    }
    System.out.println(
        recipe + ", " + duration + ": " + List.of(resident, direct, metaspace, descriptors));
    resident.assertGrowsAtMost(KILOBYTES);
    direct.assertGrowsAtMost(DIRECT_BYTES);
    metaspace.assertGrowsAtMost(METASPACE_BYTES);
    descriptors.assertGrowsAtMost(DESCRIPTORS);
  }

  /** More samples than the job can answer: the feed waits for it. */
  private void feed(
      Fashion fashion,
      Topics topics,
      TopicReader<byte[]> answers,
      FlinkCluster cluster,
      Duration duration)
      throws Exception {
    AtomicInteger answered = new AtomicInteger();
    Instant end = Instant.now().plus(duration);
    try (SteadyFeed feed =
        new SteadyFeed(
            new Feed(topics.samples()),
            fashion,
            List.of("north", "east", "south", "west"),
            2_000,
            answered::get)) {
      while (Instant.now().isBefore(end)) {
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        answered.set((int) answers.end());
        cluster.requireAlive();
        sample(cluster);
      }
      assertThat(feed.sent()).isPositive();
    }
    System.out.println("answers: " + answered);
  }

  private void sample(FlinkCluster cluster) throws IOException, InterruptedException {
    String name = cluster.taskManagers().get(0);
    long pid = cluster.taskManager(name).pid();
    resident.add(ProcessUse.residentKilobytes(pid));
    descriptors.add(ProcessUse.descriptors(pid));
    direct.add(gauge(cluster, name, "Status.JVM.Memory.Direct.MemoryUsed"));
    metaspace.add(gauge(cluster, name, "Status.JVM.Memory.Metaspace.Used"));
  }

  private static long gauge(FlinkCluster cluster, String taskManager, String name)
      throws IOException, InterruptedException {
    String value = cluster.rest().taskManagerMetric(taskManager, name);
    return value.isEmpty() ? 0 : Long.parseLong(value);
  }
}
