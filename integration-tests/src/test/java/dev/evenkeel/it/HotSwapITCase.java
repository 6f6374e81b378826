package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.testing.FashionVariants;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import dev.evenkeel.v1.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The model of a job on a cluster of processes is changed again and again while samples come: none
 * is lost or answered twice, every stream changes with every command, and memory stays.
 */
class HotSwapITCase {
  private static final List<String> STREAMS = List.of("north", "east", "south", "west");
  private static final int SAMPLES_PER_SECOND = 200;
  private static final long KILOBYTES = 24 << 10;
  private static final int SWAPS = Integer.getInteger("evenkeel.swaps", 200);

  @TempDir private Path directory;

  private final Trend resident = new Trend("resident memory, KB");
  private final Trend descriptors = new Trend("open files");
  private Path store;

  @BeforeEach
  void requireProc() {
    assumeThat(ProcessUse.isKnown()).as("/proc").isTrue();
  }

  @Test
  void fiveSwapsLoseNothing() throws Exception {
    swap(5);
  }

  @Test
  @Tag("long")
  void manySwapsLoseNothingAndTakeNoMemory() throws Exception {
    swap(SWAPS);
    System.out.println(SWAPS + " swaps: " + List.of(resident, descriptors));
    resident.assertGrowsAtMost(KILOBYTES);
    descriptors.assertGrowsAtMost(0);
  }

  private void swap(int count) throws Exception {
    Fashion fashion = new Fashion(directory.resolve("fashion"));
    Topics topics = TestBroker.newTopics(1);
    store = Files.createDirectories(directory.resolve("store"));
    CommandLine commands = new CommandLine(directory);
    importModel(commands, "first", fashion.model());
    Path second = directory.resolve("second.onnx");
    Files.write(second, OnnxWriter.toBytes(FashionVariants.biased(0.3f)));
    importModel(commands, "second", second);
    JobFile file =
        new JobFile(Files.createDirectories(directory.resolve("job")), fashion.model(), topics)
            .set("recipe", "ema-bn")
            .set("batch", "{mode: latency, max-size: 16, max-delay: 100ms}")
            .set("control", "{store: %s}".formatted(store));
    try (FlinkCluster cluster =
            FlinkCluster.start(
                Files.createDirectories(directory.resolve("flink")),
                FlinkCluster.Shape.SINGLE_OF_FIXED_HEAP);
        Feed control = new Feed(topics.control());
        TopicReader<Prediction> answers =
            TopicReader.committed(topics.predictions(), Predictions.decoder());
        TopicReader<AuditEvent> audit =
            TopicReader.committed(
                topics.audit(), MessageDecoder.of(WireFormat.AVRO, AuditEvent.class))) {
      SubmittedJob job = SubmittedJob.start(cluster, file);
      job.awaitRunning();
      AtomicInteger answered = new AtomicInteger();
      int each;
      try (SteadyFeed feed =
          new SteadyFeed(
              new Feed(topics.samples()), fashion, STREAMS, SAMPLES_PER_SECOND, answered::get)) {
        awaitAnswers(answers, answered, cluster, STREAMS.size() * JobFile.BATCH_SIZE);
        for (int i = 0; i < count; i++) {
          String model = i % 2 == 0 ? "second" : "first@1";
          if (i == 0) {
            assertThat(commands.control(topics, "swap", "--all", "--model", model))
                .contains("\"status\":\"APPLIED\"");
          } else {
            control.send("", List.of(command(i, model)));
          }
          awaitAll(audit, answers, answered, cluster, i + 1);
          String name = cluster.taskManagers().get(0);
          resident.add(ProcessUse.residentKilobytes(cluster.taskManager(name).pid()));
          descriptors.add(ProcessUse.descriptors(cluster.taskManager(name).pid()));
        }
        feed.end();
        each = feed.sent() / STREAMS.size();
      }
      awaitAnswers(answers, answered, cluster, STREAMS.size() * each);
      assertThat(cluster.rest().state(job.id())).isEqualTo("RUNNING");
      assertThat(cluster.rest().lastRestart(job.id())).as("never began again").isZero();
      for (String stream : STREAMS) {
        List<Prediction> own = Predictions.of(stream, answers.messages());
        Predictions.assertEachOnceInOrder(own, each);
        assertThat(IntStream.range(1, own.size()).filter(k -> changes(own, k)).count())
            .as("times that another model answers " + stream)
            .isEqualTo(count);
      }
    }
  }

  private static boolean changes(List<Prediction> answers, int at) {
    return !answers.get(at).getModelVersion().equals(answers.get(at - 1).getModelVersion());
  }

  /** Until every stream has told so often of another model. */
  private static void awaitAll(
      TopicReader<AuditEvent> audit,
      TopicReader<Prediction> answers,
      AtomicInteger answered,
      FlinkCluster cluster,
      int swaps) {
    await()
        .atMost(Waiting.LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              cluster.requireAlive();
              answered.set(answers.readToEnd().size());
              audit.readToEnd();
              assertThat(audit.messages())
                  .extracting(AuditEvent::getStatus)
                  .containsOnly(AuditStatus.APPLIED);
              return STREAMS.stream().allMatch(stream -> told(audit.messages(), stream) == swaps);
            });
  }

  private static long told(List<AuditEvent> events, String stream) {
    return events.stream()
        .filter(event -> event.getAction().equals("swap") && stream.equals(event.getStreamId()))
        .count();
  }

  private static void awaitAnswers(
      TopicReader<Prediction> answers, AtomicInteger answered, FlinkCluster cluster, int count) {
    await()
        .atMost(Waiting.LIMIT)
        .until(
            () -> {
              cluster.requireAlive();
              answered.set(answers.readToEnd().size());
              return answered.get() >= count;
            });
  }

  private static byte[] command(int number, String model) {
    return MessageEncoder.of(WireFormat.AVRO, ControlCommand.class)
        .encode(
            ControlCommand.newBuilder()
                .setCommandId("swap-" + number)
                .setAction(ControlAction.SWAP)
                .setScope(ControlScope.ALL)
                .setReference(model)
                .setAuthor("tester")
                .setIssuedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .build());
  }

  private void importModel(CommandLine commands, String name, Path model) throws Exception {
    commands.run(
        "model",
        "import",
        "--model",
        model.toString(),
        "--name",
        name,
        "--store",
        store.toString());
  }
}
