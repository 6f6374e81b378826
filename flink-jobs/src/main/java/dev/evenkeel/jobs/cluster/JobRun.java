package dev.evenkeel.jobs.cluster;

import dev.evenkeel.jobs.AdaptationJob;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run of the job in this process from start to SIGTERM. */
public final class JobRun {
  private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

  private JobRun() {}

  /**
   * Runs until the job ends or the process is asked to; then the job is stopped with a savepoint.
   *
   * @param fresh whether to begin anew instead of resuming
   * @throws Exception why the job failed
   */
  public static void untilStopped(AdaptationJob job, boolean fresh) throws Exception {
    try (LocalRunner runner = LocalRunner.start(job, fresh)) {
      TerminationSignal.onFirst(() -> stop(runner));
      runner.await();
    }
  }

  private static void stop(LocalRunner runner) {
    try {
      LOG.info("Stopped with savepoint {}", runner.stopWithSavepoint());
    } catch (ExecutionException e) {
      LOG.warn("No savepoint ({}); the next run resumes from the last checkpoint", e.toString());
      cancel(runner);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void cancel(LocalRunner runner) {
    try {
      runner.cancel();
    } catch (ExecutionException e) {
      LOG.warn("The job could not be cancelled: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
