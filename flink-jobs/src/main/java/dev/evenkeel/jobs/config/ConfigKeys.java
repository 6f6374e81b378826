package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.drift.ChangeDetector;
import dev.evenkeel.adapters.drift.ChangeDetectors;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.jobs.store.StoreLocation;
import dev.evenkeel.schemas.WireFormat;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Every key of a job file: the one place that knows its name, type, default, unit and meaning. The
 * reader and the reference page derive from it.
 */
public final class ConfigKeys {
  private static final Duration DAY = Duration.ofHours(24);

  static final Option<String> NAME =
      key(
          "name",
          "text",
          "evenkeel",
          "letters, digits, `.`, `_`, `-`",
          "Names the job, its consumer group, its transactions and the `job` label of its metrics.",
          Parsers.matching(
              "[A-Za-z0-9._-]{1,100}", "1 to 100 letters, digits, dots, underscores or hyphens"));
  static final Option<String> MODEL =
      key("model", "path", "", "required", "The ONNX file; relative to the job file.", present());
  static final Option<String> RECIPE =
      key(
          "recipe",
          "text",
          "",
          "required",
          "How the model is adapted: a preset or several joined by `+`.",
          present());
  static final Option<Long> SEED =
      key("seed", "integer", "0", "", "Seeds everything random in the recipe.", Parsers::integer64);
  static final Option<Integer> PARALLELISM =
      key(
          "parallelism",
          "integer",
          "1",
          "1 to 128",
          "Parallel instances of each operator; a stream lives on one of them.",
          Parsers.integer(1, 128));
  static final Option<String> CONTROL_KEY_FILE =
      key(
          "control.key-file",
          "path",
          "none",
          "",
          "File with the secret that commands of the control topic must be signed with, at least 16"
              + " bytes; relative to the job file, read where the job is submitted. Without it every"
              + " command is obeyed.",
          present());
  static final Option<Optional<StoreLocation>> CONTROL_STORE =
      key(
          "control.store",
          "path or URI",
          "that of snapshots.store",
          "",
          "Model store that commands name models and snapshots of, see snapshots.store. Every"
              + " TaskManager has to reach it.",
          ConfigKeys::store);
  static final Option<Double> SHADOW =
      Option.number(
          "shadow",
          1.0,
          0,
          1,
          "share of batches, 0 to 1",
          "On how many batches the source model answers too, for `source_label` and comparison."
              + " Chosen by a hash of the first sample's identifier.");
  static final Option<Delivery> DELIVERY =
      choice(
          "delivery",
          Delivery.class,
          "exactly-once",
          "Guarantee of the output topics. Exactly-once becomes visible with each checkpoint.");

  static final Option<String> BOOTSTRAP_SERVERS =
      key(
          "kafka.bootstrap-servers",
          "text",
          "",
          "required, `host:port,...`",
          "Brokers to ask first.",
          Parsers.matching(
              "\\s*[^\\s,:]+:\\d{1,5}(\\s*,\\s*[^\\s,:]+:\\d{1,5})*\\s*",
              "host:port pairs separated by commas, such as localhost:9092"));
  static final Option<Duration> TRANSACTION_TIMEOUT =
      duration(
          "kafka.transaction-timeout",
          "15m",
          Duration.ofSeconds(1),
          DAY,
          "After which the broker aborts an open transaction. Longer than `checkpoints.interval`"
              + " plus the longest outage to survive, at most the broker's"
              + " `transaction.max.timeout.ms`.");
  static final Option<String> SAMPLES_TOPIC = topic("samples", "Where samples are read from.");
  static final Option<String> PREDICTIONS_TOPIC =
      topic("predictions", "Where predictions are written to.");
  static final Option<String> DRIFT_TOPIC = topic("drift", "Drift reports.");
  static final Option<String> LABELS_TOPIC = topic("labels", "True classes that arrive later.");
  static final Option<String> CONTROL_TOPIC = topic("control", "Control commands.");
  static final Option<String> AUDIT_TOPIC = topic("audit", "Audit events.");
  static final Option<String> SNAPSHOTS_TOPIC = topic("snapshots", "Snapshot announcements.");
  static final Option<String> DEAD_LETTERS_TOPIC =
      topic("dead-letters", "Where records go that cannot be answered.");
  static final Option<WireFormat> SAMPLES_FORMAT =
      choice("kafka.formats.samples", WireFormat.class, "avro", "Wire format of samples.");
  static final Option<WireFormat> PREDICTIONS_FORMAT =
      choice("kafka.formats.predictions", WireFormat.class, "avro", "Wire format of predictions.");

  static final Option<WireFormat> LABELS_FORMAT =
      choice("kafka.formats.labels", WireFormat.class, "avro", "Wire format of labels.");

  static final Option<BatchConfig.Mode> BATCH_MODE =
      choice(
          "batch.mode",
          BatchConfig.Mode.class,
          "latency",
          "What `batch.max-delay` is measured with: the clock, or event times only, so that the"
              + " same input always makes the same batches.");
  static final Option<Integer> BATCH_MAX_SIZE =
      key(
          "batch.max-size",
          "integer",
          "16",
          "samples, 1 to 4096",
          "A stream's micro-batch is closed when it has this many samples.",
          Parsers.integer(1, 4096));
  static final Option<Duration> BATCH_MAX_DELAY =
      duration(
          "batch.max-delay",
          "100ms",
          Duration.ZERO,
          DAY,
          "A stream's micro-batch is closed this long after its first sample; `0` for no limit.");
  static final Option<Integer> BATCH_MAX_CALL_SIZE =
      key(
          "batch.max-call-size",
          "integer",
          "256",
          "samples, 1 to 4096",
          "Most samples in one call of ONNX Runtime; bounds its memory. Not below"
              + " `batch.max-size`.",
          Parsers.integer(1, 4096));

  static final Option<Integer> BATCH_MAX_CALL_STREAMS =
      key(
          "batch.max-call-streams",
          "integer",
          "16",
          "streams, 1 to 4096",
          "Most streams whose batches share a call of ONNX Runtime. States of UnMix-TNS lie side by"
              + " side in a call, so its cost grows with samples times streams; more pay on CUDA.",
          Parsers.integer(1, 4096));
  static final Option<Duration> BATCH_LINGER =
      duration(
          "batch.linger",
          "1ms",
          Duration.ZERO,
          Duration.ofSeconds(10),
          "How long a closed batch waits for those of other streams to share its call; `0` answers"
              + " each at once.");

  static final Option<Integer> DRIFT_WINDOW =
      key(
          "drift.window",
          "integer",
          "1000",
          "samples of a stream, 0 to 1000000",
          "After so many answers a stream's window is reported on the drift topic; `0` for no"
              + " reports.",
          Parsers.integer(0, 1_000_000));
  static final Option<String> DRIFT_PROFILE =
      key(
          "drift.source-profile",
          "path",
          "none",
          "",
          "Source profile that windows are compared with, relative to the job file; made by `model"
              + " profile`. Without it reports tell no divergence and no estimated accuracy.",
          present());
  static final Option<String> DRIFT_DETECTOR =
      Option.choice(
          "drift.detector",
          "page-hinkley",
          ChangeDetectors.ALL.stream().map(ChangeDetector::name).toList(),
          "Test that finds shifts and collapses; see [drift](drift.md).");
  static final Option<String> DRIFT_SEGMENT_BY =
      key(
          "drift.segment-by",
          "text",
          "none",
          "name of an attribute",
          "Attribute of samples whose values divide a stream into segments; reports tell the"
              + " segment that is answered worst.",
          present());
  static final Option<Duration> LABELS_DELAY =
      duration(
          "labels.delay",
          "1h",
          Duration.ZERO,
          DAY.multipliedBy(30),
          "How long after its answer a sample's label still counts, by the times on the records."
              + " Answers are kept twice as long; `0` reads no labels.");

  static final Option<String> CHECKPOINT_DIRECTORY =
      key(
          "checkpoints.directory",
          "path or URI",
          "checkpoints",
          "",
          "Where checkpoints and savepoints lie; relative to the job file.",
          present());
  static final Option<Duration> CHECKPOINT_INTERVAL =
      duration(
          "checkpoints.interval",
          "10s",
          Duration.ofMillis(100),
          DAY,
          "Time between checkpoints. Under exactly-once it bounds how soon a prediction is visible.");

  static final Option<Integer> DEAD_LETTER_PAYLOAD =
      key(
          "dead-letters.max-payload",
          "size",
          "256KB",
          "0 to 256KB",
          "How much of a refused record is copied into its dead letter; its length and SHA-256"
              + " always are.",
          Parsers.bytes(256 * 1024));
  static final Option<Duration> MAX_LAG =
      duration(
          "adaptation.max-lag",
          "0",
          Duration.ZERO,
          DAY,
          "While samples have waited longer than this since the timestamp of their record, the job"
              + " answers but learns no parameters (statistics still move), until the wait is half"
              + " of it; `0` to learn always. Not for topics whose timestamps are old by design."
              + " Only with `batch.mode: latency`.");
  static final Option<StateConfig.Scope> STATE_SCOPE =
      choice(
          "state.scope",
          StateConfig.Scope.class,
          "stream",
          "Who shares an adaptation state: each stream has its own, those of a group, or all of"
              + " them, which runs the step in one instance whatever `parallelism` says.");
  static final Option<String> STATE_GROUP_BY =
      key(
          "state.group-by",
          "text",
          "none",
          "",
          "Attribute of samples that names their group, with `state.scope: group`. Samples without"
              + " it are a group of their own.",
          present());
  static final Option<StateConfig.Backend> STATE_BACKEND =
      choice(
          "state.backend",
          StateConfig.Backend.class,
          "heap",
          "Where Flink keeps streams that are not in use: the Java heap, or RocksDB on local disk"
              + " with incremental checkpoints, for more state than memory.");
  static final Option<Integer> MAX_LIVE_STREAMS =
      key(
          "state.max-live-streams",
          "integer",
          "1024",
          "streams per operator instance, 1 to 1000000",
          "States kept ready in native memory, and open batches kept at hand; others wait in Flink"
              + " state.",
          Parsers.integer(1, 1_000_000));
  static final Option<Integer> MAX_STREAMS =
      key(
          "state.max-streams",
          "integer",
          "0",
          "streams per operator instance, 0 to 100000000",
          "When there are more, the state of the one idle for longest is forgotten; `0` for no"
              + " limit. Only with `batch.mode: latency`.",
          Parsers.integer(0, 100_000_000));
  static final Option<Duration> IDLE_TIMEOUT =
      duration(
          "state.idle-timeout",
          "7d",
          Duration.ZERO,
          DAY.multipliedBy(3650),
          "A stream without samples for this long is forgotten and starts anew when it comes back;"
              + " `0` for never. With `batch.mode: deterministic` by the event times of the stream"
              + " itself, and the state of one that never comes back stays.");
  static final Option<String> STATE_INITIAL =
      key(
          "state.initial",
          "path",
          "none",
          "",
          "State file that new streams start from, as `backtest --state-out` writes it; relative"
              + " to the job file. Without it they start from the source model. Resets go back to"
              + " the source model in any case.",
          present());
  static final Option<StateConfig.OtherProgram> STATE_OTHER_PROGRAM =
      choice(
          "state.other-program",
          StateConfig.OtherProgram.class,
          "refuse",
          "What to do with checkpointed state of another model, recipe or settings: the job refuses"
              + " to start, or every stream starts anew; open samples are answered by the new model.");
  static final Option<Optional<StoreLocation>> SNAPSHOT_STORE =
      key(
          "snapshots.store",
          "path or URI",
          "none",
          "",
          "Model store that adapted states are published to: a directory, relative to the job file,"
              + " or a URI of a file system that Flink has a plugin for. Without it there are no"
              + " snapshots.",
          ConfigKeys::store);
  static final Option<Duration> SNAPSHOT_INTERVAL =
      duration(
          "snapshots.interval",
          "10m",
          Duration.ofSeconds(1),
          DAY.multipliedBy(30),
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
      key(
          "snapshots.max-per-checkpoint",
          "integer",
          "16",
          "snapshots per operator instance, 1 to 10000",
          "Streams that wait longest come first, the others with the next checkpoints.",
          Parsers.integer(1, 10_000));
  static final Option<Integer> SNAPSHOT_KEEP =
      key(
          "snapshots.keep",
          "integer",
          "10",
          "snapshots per stream, 1 to 1000000",
          "The newest snapshots of a stream that stay in the store.",
          Parsers.integer(1, 1_000_000));
  static final Option<Duration> SNAPSHOT_KEEP_FOR =
      duration(
          "snapshots.keep-for",
          "1d",
          Duration.ZERO,
          DAY.multipliedBy(3650),
          "Younger snapshots stay too.");
  static final Option<Provider> PROVIDER =
      choice(
          "runtime.provider",
          Provider.class,
          "auto",
          "Where the model runs; `auto` takes CUDA where it works.");
  static final Option<Integer> THREADS =
      key(
          "runtime.threads",
          "integer",
          "1",
          "threads, 1 to 256",
          "Threads inside one operator of the model; 1 is best when instances share a machine.",
          Parsers.integer(1, 256));
  static final Option<Integer> METRICS_PORT =
      key(
          "metrics.port",
          "integer",
          "9250",
          "-1 to 65535",
          "Port of the Prometheus endpoint of each process; 0 for any free one, -1 for none.",
          Parsers.integer(-1, 65535));
  static final Option<Integer> WEB_PORT =
      key(
          "web.port",
          "integer",
          "8081",
          "0 to 65000",
          "First port to try for Flink's web interface under `run`, which listens on loopback; 0"
              + " for any free one.",
          Parsers.integer(0, 65000));

  /** All keys, sorted; the open sections {@code kafka.properties} and {@code set} are not here. */
  public static final List<Option<?>> ALL =
      Stream.<Option<?>>of(
              NAME,
              MODEL,
              RECIPE,
              SEED,
              PARALLELISM,
              CONTROL_KEY_FILE,
              CONTROL_STORE,
              SHADOW,
              DELIVERY,
              BOOTSTRAP_SERVERS,
              TRANSACTION_TIMEOUT,
              SAMPLES_TOPIC,
              PREDICTIONS_TOPIC,
              DRIFT_TOPIC,
              LABELS_TOPIC,
              CONTROL_TOPIC,
              AUDIT_TOPIC,
              SNAPSHOTS_TOPIC,
              DEAD_LETTERS_TOPIC,
              SAMPLES_FORMAT,
              PREDICTIONS_FORMAT,
              LABELS_FORMAT,
              BATCH_MODE,
              BATCH_MAX_SIZE,
              BATCH_MAX_DELAY,
              BATCH_MAX_CALL_SIZE,
              BATCH_MAX_CALL_STREAMS,
              BATCH_LINGER,
              DRIFT_WINDOW,
              DRIFT_PROFILE,
              DRIFT_DETECTOR,
              DRIFT_SEGMENT_BY,
              LABELS_DELAY,
              CHECKPOINT_DIRECTORY,
              CHECKPOINT_INTERVAL,
              DEAD_LETTER_PAYLOAD,
              MAX_LAG,
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
              SNAPSHOT_KEEP_FOR,
              PROVIDER,
              THREADS,
              METRICS_PORT,
              WEB_PORT)
          .sorted(Comparator.comparing((Option<?> option) -> option.key()))
          .toList();

  /** Sections whose keys are not ours: Kafka's client properties and {@link Recipe#options()}. */
  static final List<String> OPEN_SECTIONS = List.of("kafka.properties.", "set.");

  private ConfigKeys() {}

  private static Optional<StoreLocation> store(String text) {
    try {
      return text.equals("none") ? Optional.empty() : Optional.of(new StoreLocation(text.strip()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected a directory or a URI such as s3://bucket/store", e);
    }
  }

  private static <T> Option<T> key(
      String key,
      String type,
      String fallback,
      String unit,
      String description,
      Function<String, T> parser) {
    return new Option<>(key, type, fallback, unit, description, parser);
  }

  private static Option<Duration> duration(
      String key, String fallback, Duration minimum, Duration maximum, String description) {
    String range = Parsers.format(minimum) + " to " + Parsers.format(maximum);
    return key(key, "duration", fallback, range, description, Parsers.duration(minimum, maximum));
  }

  private static <E extends Enum<E>> Option<E> choice(
      String key, Class<E> type, String fallback, String description) {
    return key(key, Parsers.choices(type), fallback, "", description, Parsers.choice(type));
  }

  private static Option<String> topic(String role, String description) {
    return key(
        "kafka.topics." + role,
        "text",
        "evenkeel." + role,
        "",
        description,
        Parsers.matching(
            "(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}",
            "a topic name: 1 to 249 letters, digits, dots, underscores or hyphens"));
  }

  private static Function<String, String> present() {
    return Parsers.matching("(?s).*\\S.*", "a value");
  }
}
