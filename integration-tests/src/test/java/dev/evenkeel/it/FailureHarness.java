package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.jobs.cluster.Checkpoints;
import dev.evenkeel.v1.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A job under steady load on a cluster of real processes with a real broker, to which faults are
 * done; and the same samples through a job that nobody disturbs.
 */
final class FailureHarness implements AutoCloseable {
  static final List<String> STREAMS = List.of("north", "east", "south", "west");
  static final int PARALLELISM = 2;
  private static final int SAMPLES_PER_SECOND = 50;

  /** Failures are noticed and reported within seconds. */
  private static final Map<String, String> QUICK =
      Map.of(
          // Else metrics are waited for, for minutes, from a process that does not answer.
          "web.timeout", "3000",
          "heartbeat.interval", "500",
          "heartbeat.timeout", "4000",
          "cluster.registration.error-delay", "500",
          "cluster.registration.max-timeout", "1000",
          // Flink asks the cluster, not the job, how many it keeps.
          "execution.checkpointing.num-retained", "3",
          "metrics.fetcher.update-interval", "200",
          "rest.cache.checkpoint-statistics.timeout", "1ms",
          "web.refresh-interval", "100");

  private final Path directory;
  private final Fashion fashion;
  private final BrokerProcess broker;
  private final Topics topics;
  private final JobFile file;
  private final FullDisk disk;
  private final FlinkCluster cluster;
  private final SteadyFeed feed;
  private final TopicReader<Prediction> visible;
  private final TopicReader<byte[]> written;
  private final SubmittedJob job;
  private final FaultInjector injector;
  private final FaultLog log;
  private volatile int answered;

  /**
   * What is disturbed.
   *
   * @param backend of the state; the run that it is compared with always keeps it on the heap
   * @param transactionTimeout after which the broker aborts what is not committed
   * @param smallDisk whether checkpoints lie on a file system that can be filled
   */
  record Setup(String recipe, String backend, Duration transactionTimeout, boolean smallDisk) {}

  /** Starts everything. */
  FailureHarness(Path directory, Setup setup, Random random) throws Exception {
    this.directory = directory;
    this.log = new FaultLog(directory.resolve("faults.log"));
    fashion = new Fashion(directory.resolve("fashion"));
    broker = BrokerProcess.start(workplace("broker"));
    topics = Topics.create(broker.bootstrapServers(), PARALLELISM);
    file =
        jobFile("disturbed", setup.recipe(), topics, PARALLELISM)
            .set("state", "{backend: %s}".formatted(setup.backend()))
            .setInKafka("transaction-timeout", setup.transactionTimeout().toMillis() + "ms");
    disk = FullDisk.at(file.checkpoints(), setup.smallDisk());
    cluster =
        FlinkCluster.start(
            workplace("flink"), new FlinkCluster.Shape(PARALLELISM + 1, 1, false, QUICK));
    job = SubmittedJob.start(cluster, file);
    visible =
        TopicReader.committed(
            broker.bootstrapServers(), topics.predictions(), Predictions.decoder());
    written =
        TopicReader.uncommitted(broker.bootstrapServers(), topics.predictions(), bytes -> bytes);
    feed =
        new SteadyFeed(
            new Feed(broker.bootstrapServers(), topics.samples()),
            fashion,
            STREAMS,
            SAMPLES_PER_SECOND,
            () -> answered);
    injector = new FaultInjector(cluster, job, broker, disk, file, random);
    job.awaitRunning();
  }

  private JobFile jobFile(String name, String recipe, Topics topics, int parallelism)
      throws Exception {
    return new JobFile(workplace(name), fashion.model(), topics)
        .set("name", topics.predictions())
        .set("recipe", recipe)
        .set("parallelism", Integer.toString(parallelism))
        .set("batch", SteadyFeed.BATCH)
        .set("checkpoints", "{directory: checkpoints, interval: 1s}");
  }

  private Path workplace(String name) throws Exception {
    return Files.createDirectories(directory.resolve(name));
  }

  FaultLog log() {
    return log;
  }

  /**
   * Waits until the job has taken a checkpoint and written some more answers, does the fault, and
   * waits until it runs.
   */
  void inject(Fault fault, int afterAnswers) throws Exception {
    injector.awaitNextCheckpoint();
    injector.awaitNextCheckpoint();
    int before = written.readToEnd().size();
    await("answers before " + fault)
        .atMost(Waiting.LIMIT)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> {
              // The feed waits for what it takes for unanswered.
              answered = visible.readToEnd().size();
              assertThat(written.readToEnd().size() - before)
                  .as(this::describe)
                  .isGreaterThanOrEqualTo(afterAnswers);
            });
    FaultInjector.Moment moment =
        () -> {
          answered = visible.readToEnd().size();
          return new FaultInjector.Progress(
              feed.sent() - answered, (int) (written.end() - visible.end()));
        };
    log.add(injector.inject(fault, moment));
  }

  /** The job is down for longer than its transactions live, with one of them not yet committed. */
  void assertLostTransactionIsReported() throws Exception {
    injector.killAllBeforeCommit();
    injector.awaitNoOpenTransaction();
    injector.assertRefusedForLostRecords();
    int before = visible.readToEnd().size();
    await("answers after a resume from the checkpoint before")
        .atMost(Waiting.LIMIT)
        .pollInSameThread()
        .until(() -> visible.readToEnd().size() > before);
  }

  /**
   * Ends the feed and compares everything with a run that nobody disturbed.
   *
   * @param repeats whether samples may have been answered again, and in the same way
   */
  void assertLikeUndisturbed(AnswerCheck check, boolean repeats) throws Exception {
    int perStream = feed.end();
    int count = perStream * STREAMS.size();
    await("all answers")
        .atMost(Waiting.LIMIT)
        .pollInSameThread()
        .untilAsserted(
            () ->
                assertThat(seen(visible.readToEnd(), repeats))
                    .as(this::describe)
                    .hasSizeGreaterThanOrEqualTo(count));
    Path savepoint = cluster.rest().stopWithSavepoint(job.id(), directory.resolve("savepoints"));
    List<Prediction> answers = seen(visible.readToEnd(), repeats);
    assertThat(answers).as(this::describe).hasSize(count);
    // No second feed of memory and cores beside the one that is compared with.
    cluster.close();

    Undisturbed undisturbed = undisturbed(count);
    for (String stream : STREAMS) {
      List<Prediction> ofStream = Predictions.of(stream, answers);
      Predictions.assertEachOnceInOrder(ofStream, perStream);
      check.compare(ofStream, Predictions.of(stream, undisturbed.answers()));
    }
    SavepointStates.assertEqual(
        SavepointStates.read(savepoint), SavepointStates.read(undisturbed.savepoint()));
    try (TopicReader<byte[]> refused =
        TopicReader.committed(broker.bootstrapServers(), topics.deadLetters(), bytes -> bytes)) {
      assertThat(refused.readToEnd()).isEmpty();
    }
  }

  private static List<Prediction> seen(List<Prediction> answers, boolean repeats) {
    return repeats ? Predictions.withoutRepeats(answers) : answers;
  }

  /** How answers of a stream are compared. */
  interface AnswerCheck {
    void compare(List<Prediction> actual, List<Prediction> expected);
  }

  private record Undisturbed(List<Prediction> answers, Path savepoint) {}

  /** One process, one operator instance. */
  private Undisturbed undisturbed(int count) throws Exception {
    Topics other = topics.withOtherAnswers(1);
    JobFile alone = jobFile("undisturbed", file.get("recipe"), other, 1);
    try (JobProcess process = JobProcess.start(alone);
        TopicReader<Prediction> reader =
            TopicReader.committed(
                broker.bootstrapServers(), other.predictions(), Predictions.decoder())) {
      List<Prediction> answers = List.copyOf(reader.await(count, process));
      assertThat(process.stop()).as(process.logTail()).isZero();
      Checkpoints.Found savepoint =
          Checkpoints.newest(alone.checkpoints().toUri().toString()).orElseThrow();
      assertThat(savepoint.isSavepoint()).isTrue();
      return new Undisturbed(answers, Path.of(savepoint.path().toUri().getPath()));
    }
  }

  private String describe() {
    return log + cluster.logTails() + broker.logTail();
  }

  @Override
  public void close() {
    feed.close();
    visible.close();
    written.close();
    cluster.close();
    broker.close();
    disk.close();
  }
}
