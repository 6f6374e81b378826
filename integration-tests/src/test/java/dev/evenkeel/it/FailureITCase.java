package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes of a cluster are killed while the job works. A careful consumer must see each sample
 * answered exactly once, with the answers of a run that nobody disturbed, and the job must have
 * learned the same.
 */
class FailureITCase {
  private static final int MOST_ANSWERS_BETWEEN = 300;

  private static final String HEAP = "heap";

  /** Kills in the long form. */
  private static final int KILLS = Integer.getInteger("evenkeel.kills", 100);

  @TempDir private Path directory;

  private final long seed = Long.getLong("evenkeel.seed", ThreadLocalRandom.current().nextLong());
  private final Random random = new Random(seed);

  @Test
  void losesAndLearnsNothingTwiceWhenProcessesAreKilled() throws Exception {
    run(
        "unmix-tns",
        HEAP,
        List.of(Fault.TASK_MANAGER_IN_CHECKPOINT, Fault.TASK_MANAGER, Fault.JOB_MANAGER),
        Predictions::assertSameAnswers);
  }

  @Test
  @Tag("long")
  void losesAndLearnsNothingTwiceWhenKilledManyTimes() throws Exception {
    List<Fault> kills =
        List.of(
            Fault.TASK_MANAGER,
            Fault.TASK_MANAGER_IN_CHECKPOINT,
            Fault.TASK_MANAGER_BEFORE_COMMIT,
            Fault.TASK_MANAGER_BEFORE_COMMIT);
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      // A job that is submitted anew waits less before it restarts.
      faults.add(i % 5 == 4 ? Fault.JOB_MANAGER : kills.get(random.nextInt(kills.size())));
    }
    List<FaultLog.Entry> log = run("unmix-tns", HEAP, faults, Predictions::assertSameAnswers);
    assertThat(log)
        .as("kills between pre-commit and commit")
        .anyMatch(entry -> entry.precommitted() > 0);
  }

  @Test
  @Tag("long")
  void losesAndLearnsNothingTwiceUnderEveryFault() throws Exception {
    run(
        "ema-bn",
        "rocksdb",
        List.of(
            Fault.TASK_MANAGER,
            Fault.TASK_MANAGER_IN_CHECKPOINT,
            Fault.TASK_MANAGER_BEFORE_COMMIT,
            Fault.JOB_MANAGER,
            Fault.BROKER,
            Fault.PAUSE,
            Fault.FULL_DISK),
        Predictions::assertSameAnswers);
  }

  @Test
  @Tag("long")
  void refusesADamagedCheckpointAndRepeatsItselfFromTheOneBefore() throws Exception {
    run(
        "ema-bn",
        HEAP,
        List.of(Fault.TRUNCATED_METADATA, Fault.DAMAGED_STATE),
        Predictions::assertSameAnswers);
  }

  @Test
  @Tag("long")
  void learnsTheSameByGradientsWhenProcessesAreKilled() throws Exception {
    run(
        "tent",
        HEAP,
        List.of(
            Fault.TASK_MANAGER_BEFORE_COMMIT,
            Fault.JOB_MANAGER,
            Fault.TASK_MANAGER_IN_CHECKPOINT,
            Fault.TASK_MANAGER),
        Predictions::assertNearlySameLabels);
  }

  @Test
  @Tag("long")
  void refusesToGoOnWhereTheBrokerHasAbortedAnswersOfACompleteCheckpoint() throws Exception {
    FailureHarness.Setup setup =
        new FailureHarness.Setup("ema-bn", HEAP, Duration.ofSeconds(5), false);
    try (FailureHarness harness = new FailureHarness(directory, setup, random)) {
      harness.assertLostTransactionIsReported();
    }
  }

  private List<FaultLog.Entry> run(
      String recipe, String backend, List<Fault> faults, FailureHarness.AnswerCheck check)
      throws Exception {
    System.out.println("Failure harness: -Devenkeel.seed=" + seed);
    FailureHarness.Setup setup =
        new FailureHarness.Setup(
            recipe, backend, Duration.ofMinutes(15), faults.contains(Fault.FULL_DISK));
    try (FailureHarness harness = new FailureHarness(directory, setup, random)) {
      for (Fault fault : faults) {
        harness.inject(fault, 1 + random.nextInt(MOST_ANSWERS_BETWEEN));
      }
      harness.assertLikeUndisturbed(check, faults.contains(Fault.TRUNCATED_METADATA));
      System.out.print(harness.log());
      List<FaultLog.Entry> log = harness.log().entries();
      assertThat(log).as("seed %d", seed).allMatch(entry -> entry.unanswered() > 0);
      return log;
    }
  }
}
