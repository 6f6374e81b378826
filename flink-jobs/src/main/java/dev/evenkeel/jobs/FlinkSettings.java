package dev.evenkeel.jobs;

import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.StateConfig;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/** What the job asks of Flink. */
public final class FlinkSettings {
  private static final int RESTARTS = 20;

  /** Fixed, since a checkpoint can only be resumed with the one it was made with. */
  private static final int MAX_PARALLELISM = 128;

  private FlinkSettings() {}

  /**
   * Checkpoints are exactly-once whatever the sinks promise: no sample is learned from twice. They
   * are kept when the job ends, for {@code run} to resume from.
   */
  public static Configuration of(JobConfig config) {
    String directory = config.checkpoints().directory();
    Configuration flink = new Configuration();
    flink.set(PipelineOptions.NAME, config.name());
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    flink.set(PipelineOptions.OBJECT_REUSE, true);
    flink.set(CoreOptions.DEFAULT_PARALLELISM, config.parallelism());
    flink.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
    flink.set(
        StateBackendOptions.STATE_BACKEND,
        config.state().backend() == StateConfig.Backend.ROCKSDB ? "rocksdb" : "hashmap");
    flink.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, config.checkpoints().interval());
    flink.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    flink.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory);
    flink.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, savepoints(config));
    flink.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    flink.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    flink.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
        Duration.ofSeconds(1));
    flink.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofMinutes(1));
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, RESTARTS);
    return flink;
  }

  /** Where savepoints lie. */
  public static String savepoints(JobConfig config) {
    return config.checkpoints().directory().replaceFirst("/*$", "") + "/savepoints";
  }
}
