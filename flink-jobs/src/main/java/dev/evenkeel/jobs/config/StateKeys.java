package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.jobs.store.StoreLocation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Keys below {@code state} and {@code snapshots}: what is learned, and where it is kept. */
final class StateKeys {
  static final Option<StateConfig.Scope> STATE_SCOPE =
      KeyForms.choice(
          "state.scope",
          StateConfig.Scope.class,
          "stream",
          "Who shares an adaptation state: each stream has its own, those of a group, or all of"
              + " them, which runs the step in one instance whatever `parallelism` says.");
  static final Option<String> STATE_GROUP_BY =
      KeyForms.key(
          "state.group-by",
          "text",
          "none",
          "",
          "Attribute of samples that names their group, with `state.scope: group`. Samples without"
              + " it are a group of their own.",
          KeyForms.present());
  static final Option<StateConfig.Backend> STATE_BACKEND =
      KeyForms.choice(
          "state.backend",
          StateConfig.Backend.class,
          "heap",
          "Where Flink keeps streams that are not in use: the Java heap, or RocksDB on local disk"
              + " with incremental checkpoints, for more state than memory.");
  static final Option<Integer> MAX_LIVE_STREAMS =
      KeyForms.key(
          "state.max-live-streams",
          "integer",
          "1024",
          "streams per operator instance, 1 to 1000000",
          "States kept ready in native memory, and open batches kept at hand; others wait in Flink"
              + " state.",
          Parsers.integer(1, 1_000_000));
  static final Option<Integer> MAX_STREAMS =
      KeyForms.key(
          "state.max-streams",
          "integer",
          "0",
          "streams per operator instance, 0 to 100000000",
          "When there are more, the state of the one idle for longest is forgotten; `0` for no"
              + " limit. Only with `batch.mode: latency`.",
          Parsers.integer(0, 100_000_000));
  static final Option<Duration> IDLE_TIMEOUT =
      KeyForms.duration(
          "state.idle-timeout",
          "7d",
          Duration.ZERO,
          KeyForms.DAY.multipliedBy(3650),
          "A stream without samples for this long is forgotten and starts anew when it comes back;"
              + " `0` for never. With `batch.mode: deterministic` by the event times of the stream"
              + " itself, and the state of one that never comes back stays.");
  static final Option<String> STATE_INITIAL =
      KeyForms.key(
          "state.initial",
          "path",
          "none",
          "",
          "State file that new streams start from, as `backtest --state-out` writes it; relative"
              + " to the job file. Without it they start from the source model. Resets go back to"
              + " the source model in any case.",
          KeyForms.present());
  static final Option<StateConfig.OtherProgram> STATE_OTHER_PROGRAM =
      KeyForms.choice(
          "state.other-program",
          StateConfig.OtherProgram.class,
          "refuse",
          "What to do with checkpointed state of another model, recipe or settings: the job refuses"
              + " to start, or every stream starts anew; open samples are answered by the new model.");
  static final Option<Optional<StoreLocation>> SNAPSHOT_STORE =
      KeyForms.key(
          "snapshots.store",
          "path or URI",
          "none",
          "",
          "Model store that adapted states are published to: a directory, relative to the job file,"
              + " or a URI of a file system that Flink has a plugin for. Without it there are no"
              + " snapshots.",
          KeyForms::store);
  static final Option<Duration> SNAPSHOT_INTERVAL =
      KeyForms.duration(
          "snapshots.interval",
          "10m",
          Duration.ofSeconds(1),
          KeyForms.DAY.multipliedBy(30),
          "Least time between two snapshots of a stream; each is taken with the next checkpoint.");
  static final Option<Double> SNAPSHOT_ON_CHANGE =
      Option.number(
          "snapshots.on-change",
          0.001,
          0,
          1e6,
          "relative movement, at least 0",
          "A stream that has moved less than this since its last snapshot is looked at again after"
              + " another interval: distance of parameters, statistics and label distribution, each"
              + " relative to its norm at the source.");
  static final Option<Integer> SNAPSHOT_MAX =
      KeyForms.key(
          "snapshots.max-per-checkpoint",
          "integer",
          "16",
          "snapshots per operator instance, 1 to 10000",
          "Streams that wait longest come first, the others with the next checkpoints.",
          Parsers.integer(1, 10_000));
  static final Option<Integer> SNAPSHOT_KEEP =
      KeyForms.key(
          "snapshots.keep",
          "integer",
          "10",
          "snapshots per stream, 1 to 1000000",
          "The newest snapshots of a stream that stay in the store.",
          Parsers.integer(1, 1_000_000));
  static final Option<Duration> SNAPSHOT_KEEP_FOR =
      KeyForms.duration(
          "snapshots.keep-for",
          "1d",
          Duration.ZERO,
          KeyForms.DAY.multipliedBy(3650),
          "Younger snapshots stay too.");

  static final List<Option<?>> ALL =
      List.of(
          STATE_SCOPE,
          STATE_GROUP_BY,
          STATE_BACKEND,
          MAX_LIVE_STREAMS,
          MAX_STREAMS,
          IDLE_TIMEOUT,
          STATE_INITIAL,
          STATE_OTHER_PROGRAM,
          SNAPSHOT_STORE,
          SNAPSHOT_INTERVAL,
          SNAPSHOT_ON_CHANGE,
          SNAPSHOT_MAX,
          SNAPSHOT_KEEP,
          SNAPSHOT_KEEP_FOR);

  private StateKeys() {}
}
