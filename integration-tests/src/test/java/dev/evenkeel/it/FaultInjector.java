package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/** Does faults to a running job, and does not return before the job runs again. */
final class FaultInjector {
  private static final int FAILED_CHECKPOINTS = 2;
  private static final Duration AT_ONCE = Duration.ofMillis(2);

  private final FlinkCluster cluster;
  private final SubmittedJob job;
  private final BrokerProcess broker;
  private final FullDisk disk;
  private final JobFile file;
  private final Random random;

  FaultInjector(
      FlinkCluster cluster,
      SubmittedJob job,
      BrokerProcess broker,
      FullDisk disk,
      JobFile file,
      Random random) {
    this.cluster = cluster;
    this.job = job;
    this.broker = broker;
    this.disk = disk;
    this.file = file;
    this.random = random;
  }

  /**
   * @param unanswered samples sent and not answered for a careful consumer
   * @param uncovered records of predictions from the first open transaction on
   */
  record Progress(int unanswered, int uncovered) {}

  /** Tells how far the job is. */
  interface Moment {
    Progress now() throws Exception;
  }

  FaultLog.Entry inject(Fault fault, Moment moment) throws Exception {
    return switch (fault) {
      case TASK_MANAGER, TASK_MANAGER_IN_CHECKPOINT, TASK_MANAGER_BEFORE_COMMIT ->
          killTaskManager(fault, moment);
      case JOB_MANAGER, TRUNCATED_METADATA, DAMAGED_STATE -> killJobManager(fault, moment);
      case BROKER -> killBroker(moment);
      case PAUSE -> pause(moment);
      case FULL_DISK -> fillDisk(moment);
    };
  }

  private static void atOnce(String what, Callable<Boolean> happened) {
    await(what)
        .atMost(Waiting.LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(AT_ONCE)
        .pollInSameThread()
        .until(happened);
  }

  private FaultLog.Entry killTaskManager(Fault fault, Moment moment) throws Exception {
    long restart = cluster.rest().lastRestart(job.id());
    String victim = oneAtWork();
    if (fault == Fault.TASK_MANAGER_IN_CHECKPOINT) {
      atOnce("checkpoint under way", () -> cluster.rest().isCheckpointInProgress(job.id()));
    } else if (fault == Fault.TASK_MANAGER_BEFORE_COMMIT) {
      awaitNextCheckpoint();
    }
    cluster.killTaskManager(victim);
    int precommitted = precommitted();
    Progress progress = moment.now();
    cluster.startTaskManager();
    awaitRestart(restart);
    return new FaultLog.Entry(
        fault, progress.unanswered(), progress.uncovered(), precommitted, victim);
  }

  /** Returns as soon as another checkpoint is complete on disk. */
  void awaitNextCheckpoint() throws IOException {
    int newest = job.newestCheckpoint();
    atOnce("complete checkpoint", () -> job.newestCheckpoint() > newest);
  }

  private String oneAtWork() throws IOException, InterruptedException {
    List<String> busy = cluster.rest().busyTaskManagers();
    assertThat(busy).hasSize(FailureHarness.PARALLELISM);
    return busy.get(random.nextInt(busy.size()));
  }

  private void awaitRestart(long before) {
    await("restart")
        .atMost(Waiting.LIMIT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () ->
                assertThat(cluster.rest().lastRestart(job.id()))
                    .as(cluster::logTails)
                    .isGreaterThan(before));
    job.awaitRunning();
  }

  private FaultLog.Entry killJobManager(Fault fault, Moment moment) throws Exception {
    cluster.killJobManager();
    Progress progress = moment.now();
    int precommitted = precommitted();
    List<Path> checkpoints = job.checkpoints();
    Path newest = checkpoints.get(checkpoints.size() - 1);
    Path from = newest;
    if (fault != Fault.JOB_MANAGER) {
      assertThat(checkpoints).hasSizeGreaterThan(1);
      from = checkpoints.get(checkpoints.size() - 2);
    }
    cluster.startJobManager();
    cluster.awaitFreeSlots(FailureHarness.PARALLELISM);
    if (fault == Fault.TRUNCATED_METADATA) {
      DamagedCheckpoint.truncateMetadata(newest);
      assertThatThrownBy(() -> job.resume(newest)).hasMessageContaining(newest + " is damaged");
    } else if (fault == Fault.DAMAGED_STATE) {
      DamagedCheckpoint.flipBitOfState(newest);
      job.resume(newest);
      job.awaitFailure("checksum does not match");
      cluster.rest().cancel(job.id());
    }
    if (from != newest) {
      // As the message says: else its number, given once more, would mean two.
      FileUtils.deleteDirectory(newest.toFile());
    }
    job.resume(from);
    job.awaitRunning();
    return new FaultLog.Entry(
        fault,
        progress.unanswered(),
        progress.uncovered(),
        precommitted,
        "resumed from " + from.getFileName());
  }

  private FaultLog.Entry killBroker(Moment moment) throws Exception {
    Progress progress = moment.now();
    broker.kill();
    broker.start();
    job.awaitRunning();
    return new FaultLog.Entry(
        Fault.BROKER, progress.unanswered(), progress.uncovered(), precommitted(), "");
  }

  private FaultLog.Entry pause(Moment moment) throws Exception {
    long restart = cluster.rest().lastRestart(job.id());
    String victim = oneAtWork();
    cluster.taskManager(victim).pause();
    Progress progress = moment.now();
    awaitRestart(restart);
    cluster.taskManager(victim).resume();
    return new FaultLog.Entry(
        Fault.PAUSE, progress.unanswered(), progress.uncovered(), precommitted(), victim);
  }

  /** Checkpoints fail; the job must neither stop nor start again, and recover with the disk. */
  private FaultLog.Entry fillDisk(Moment moment) throws Exception {
    long restart = cluster.rest().lastRestart(job.id());
    int failed = cluster.rest().failedCheckpoints(job.id());
    disk.fill();
    await("failed checkpoints")
        .atMost(Waiting.LIMIT)
        .until(() -> cluster.rest().failedCheckpoints(job.id()) >= failed + FAILED_CHECKPOINTS);
    Progress progress = moment.now();
    int precommitted = precommitted();
    int complete = job.newestCheckpoint();
    disk.free();
    atOnce("checkpoint on the freed disk", () -> job.newestCheckpoint() > complete);
    assertThat(cluster.rest().lastRestart(job.id())).as(cluster::logTails).isEqualTo(restart);
    return new FaultLog.Entry(
        Fault.FULL_DISK,
        progress.unanswered(),
        progress.uncovered(),
        precommitted,
        disk.isMounted() ? "no space left" : "directory taken away");
  }

  /** Kills until a transaction of a complete checkpoint is left open, then everything else. */
  void killAllBeforeCommit() throws Exception {
    do {
      // So that there is one before the one that is hit.
      awaitNextCheckpoint();
      job.awaitRunning();
      long restart = cluster.rest().lastRestart(job.id());
      String victim = oneAtWork();
      awaitNextCheckpoint();
      cluster.killTaskManager(victim);
      if (precommitted() > 0) {
        cluster.killJobManager();
        for (String other : cluster.taskManagers()) {
          cluster.killTaskManager(other);
        }
      } else {
        cluster.startTaskManager();
        awaitRestart(restart);
      }
    } while (!cluster.taskManagers().isEmpty());
  }

  void awaitNoOpenTransaction() {
    await("aborted transactions")
        .atMost(Waiting.LIMIT)
        .pollInSameThread()
        .until(() -> precommitted() == 0);
  }

  /** Resumes from the newest checkpoint, which must be refused, then from the one before. */
  void assertRefusedForLostRecords() throws Exception {
    List<Path> checkpoints = job.checkpoints();
    cluster.startJobManager();
    for (int i = 0; i < FailureHarness.PARALLELISM; i++) {
      cluster.startTaskManager();
    }
    cluster.awaitFreeSlots(FailureHarness.PARALLELISM);
    job.resume(checkpoints.get(checkpoints.size() - 1));
    job.awaitFailure("Records of a complete checkpoint are lost");
    await("end of the job")
        .atMost(Waiting.LIMIT)
        .until(() -> cluster.rest().state(job.id()).equals("FAILED"));
    job.resume(checkpoints.get(checkpoints.size() - 2));
    job.awaitRunning();
  }

  /** Transactions of predictions that a complete checkpoint covers and that are still open. */
  private int precommitted() throws Exception {
    String prefix = file.get("name") + "-predictions-";
    int complete = job.newestCheckpoint();
    try (Admin admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()))) {
      return (int)
          admin
              .listTransactions(
                  new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
              .all()
              .get()
              .stream()
              .map(TransactionListing::transactionalId)
              .filter(id -> id.startsWith(prefix))
              // They end with the number of the checkpoint that they are for.
              .filter(id -> Integer.parseInt(id.substring(id.lastIndexOf('-') + 1)) <= complete)
              .count();
    }
  }
}
