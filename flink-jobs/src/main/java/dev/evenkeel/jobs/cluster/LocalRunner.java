package dev.evenkeel.jobs.cluster;

import dev.evenkeel.jobs.AdaptationJob;
import dev.evenkeel.jobs.FlinkSettings;
import dev.evenkeel.jobs.config.JobConfig;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a job inside this process, with Flink's web interface on loopback. */
public final class LocalRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRunner.class);
  private static final int PORTS_TO_TRY = 20;
  private static final String HOST = "localhost";

  private final MiniCluster cluster;
  private final JobID job;
  private final URI web;
  private final String savepoints;
  private final Optional<Checkpoints.Found> resumedFrom;

  private LocalRunner(
      MiniCluster cluster,
      JobID job,
      URI web,
      String savepoints,
      Optional<Checkpoints.Found> resumedFrom) {
    this.cluster = cluster;
    this.job = job;
    this.web = web;
    this.savepoints = savepoints;
    this.resumedFrom = resumedFrom;
  }

  /**
   * Starts the job and returns.
   *
   * @param fresh whether to begin anew instead of resuming from the newest complete checkpoint
   *     under {@code checkpoints.directory}
   * @throws IOException if the checkpoints or the web interface's port cannot be used
   */
  public static LocalRunner start(AdaptationJob job, boolean fresh) throws Exception {
    JobConfig config = job.config();
    Configuration flink = loopback(config.webPort());
    flink.addAll(FlinkSettings.of(config));
    Optional<Checkpoints.Found> from =
        fresh ? Optional.empty() : Checkpoints.newest(config.checkpoints().directory());
    JobGraph graph = graph(job, flink, from);
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(flink)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(config.parallelism())
                .build());
    try {
      cluster.start();
      cluster.submitJob(graph).get();
      URI web = cluster.getRestAddress().get();
      LOG.info("Flink's web interface is on {}", web);
      return new LocalRunner(
          cluster, graph.getJobID(), web, FlinkSettings.savepoints(config), from);
    } catch (Exception e) {
      cluster.closeAsync().join();
      throw e;
    }
  }

  /** Nothing that the cluster listens on can be reached from elsewhere, and it takes no jars. */
  private static Configuration loopback(int webPort) {
    Configuration flink = new Configuration();
    flink.set(RestOptions.ADDRESS, HOST);
    flink.set(RestOptions.BIND_ADDRESS, HOST);
    flink.set(RestOptions.BIND_PORT, ports(webPort));
    flink.set(WebOptions.SUBMIT_ENABLE, false);
    // The server of large job parts, else on all interfaces. The cluster would ask for them at the
    // address of this machine's name, which need not be loopback, so all parts are sent directly.
    flink.set(JobManagerOptions.BIND_HOST, HOST);
    flink.set(BlobServerOptions.OFFLOAD_MINSIZE, Integer.MAX_VALUE);
    return flink;
  }

  private static JobGraph graph(
      AdaptationJob job, Configuration flink, Optional<Checkpoints.Found> from) {
    Configuration settings = new Configuration(flink);
    from.ifPresent(
        found -> {
          LOG.info("Resuming from {}", found.path());
          settings.set(StateRecoveryOptions.SAVEPOINT_PATH, found.path().toString());
          // Reports and snapshots can be switched off again; what answers samples never goes.
          settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
          // A checkpoint is taken over, so that Flink clears it away once it has a newer one.
          settings.set(
              StateRecoveryOptions.RESTORE_MODE,
              found.isSavepoint() ? RecoveryClaimMode.NO_CLAIM : RecoveryClaimMode.CLAIM);
        });
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(settings);
    job.build(environment);
    return environment.getStreamGraph().getJobGraph();
  }

  private static String ports(int first) {
    return first == 0 ? "0" : first + "-" + (first + PORTS_TO_TRY - 1);
  }

  /** Where Flink's web and REST interface listens. */
  public URI webAddress() {
    return web;
  }

  /** What the job was resumed from; empty if it began anew. */
  public Optional<Checkpoints.Found> resumedFrom() {
    return resumedFrom;
  }

  /**
   * Waits until the job has ended by itself or was stopped.
   *
   * @throws Exception why the job failed, or that it was cancelled
   */
  public void await() throws Exception {
    JobResult result = cluster.requestJobResult(job).get();
    result.toJobExecutionResult(LocalRunner.class.getClassLoader());
  }

  /**
   * Stops the job with a savepoint, from which the next run resumes. Open batches go into it
   * unanswered.
   *
   * @return where the savepoint lies
   * @throws ExecutionException if none could be written; the job goes on then
   */
  public String stopWithSavepoint() throws ExecutionException, InterruptedException {
    return cluster.stopWithSavepoint(job, savepoints, false, SavepointFormatType.CANONICAL).get();
  }

  /** Ends the job at once; the next run resumes from its last checkpoint. */
  public void cancel() throws ExecutionException, InterruptedException {
    cluster.cancelJob(job).get();
  }

  /** Ends the cluster and with it the job, if it still runs. */
  @Override
  public void close() {
    cluster.closeAsync().join();
  }
}
