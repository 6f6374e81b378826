package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.drift.ChangeDetector;
import dev.evenkeel.adapters.drift.ChangeDetectors;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.jobs.store.StoreLocation;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every key of a job file: the one place that knows its name, type, default, unit and meaning. The
 * reader and the reference page derive from it.
 */
public final class ConfigKeys {
  static final Option<String> NAME =
      KeyForms.key(
          "name",
          "text",
          "evenkeel",
          "letters, digits, `.`, `_`, `-`",
          "Names the job, its consumer group, its transactions and the `job` label of its metrics.",
          Parsers.matching(
              "[A-Za-z0-9._-]{1,100}", "1 to 100 letters, digits, dots, underscores or hyphens"));
  static final Option<String> MODEL =
      KeyForms.key(
          "model",
          "path",
          "",
          "required",
          "The ONNX file; relative to the job file.",
          KeyForms.present());
  static final Option<String> RECIPE =
      KeyForms.key(
          "recipe",
          "text",
          "auto",
          "",
          "How the model is adapted: a preset or several joined by `+`.",
          KeyForms.present());
  static final Option<Long> SEED =
      KeyForms.key(
          "seed", "integer", "0", "", "Seeds everything random in the recipe.", Parsers::integer64);
  static final Option<Integer> PARALLELISM =
      KeyForms.key(
          "parallelism",
          "integer",
          "1",
          "1 to 128",
          "Parallel instances of each operator; a stream lives on one of them.",
          Parsers.integer(1, 128));
  static final Option<Boolean> CONTROL_ENABLED =
      Option.flag(
          "control.enabled",
          true,
          "Whether commands are read where their topic exists. What streams were told before stays in"
              + " force: a frozen one stays frozen. A job that did read them goes on under `run`;"
              + " `flink run` needs --allowNonRestoredState for what the reader kept.");
  static final Option<String> CONTROL_KEY_FILE =
      KeyForms.key(
          "control.key-file",
          "path",
          "none",
          "",
          "File with the secret that commands of the control topic must be signed with, at least 16"
              + " bytes; relative to the job file, read where the job is submitted. Without it every"
              + " command is obeyed.",
          KeyForms.present());
  static final Option<Optional<StoreLocation>> CONTROL_STORE =
      KeyForms.key(
          "control.store",
          "path or URI",
          "that of snapshots.store",
          "",
          "Model store that commands name models and snapshots of, see snapshots.store. Every"
              + " TaskManager has to reach it.",
          KeyForms::store);
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
      KeyForms.choice(
          "delivery",
          Delivery.class,
          "exactly-once",
          "Guarantee of the output topics. Exactly-once becomes visible with each checkpoint.");

  static final Option<BatchConfig.Mode> BATCH_MODE =
      KeyForms.choice(
          "batch.mode",
          BatchConfig.Mode.class,
          "latency",
          "What `batch.max-delay` is measured with: the clock, or event times only, so that the"
              + " same input always makes the same batches.");
  static final Option<Integer> BATCH_MAX_SIZE =
      KeyForms.key(
          "batch.max-size",
          "integer",
          "16",
          "samples, 1 to 4096",
          "A stream's micro-batch is closed when it has this many samples.",
          Parsers.integer(1, 4096));
  static final Option<Duration> BATCH_MAX_DELAY =
      KeyForms.duration(
          "batch.max-delay",
          "100ms",
          Duration.ZERO,
          KeyForms.DAY,
          "A stream's micro-batch is closed this long after its first sample; `0` for no limit.");
  static final Option<Integer> BATCH_MAX_CALL_SIZE =
      KeyForms.key(
          "batch.max-call-size",
          "integer",
          "256",
          "samples, 1 to 4096",
          "Most samples in one call of ONNX Runtime; bounds its memory. Not below"
              + " `batch.max-size`.",
          Parsers.integer(1, 4096));

  static final Option<Integer> BATCH_MAX_CALL_STREAMS =
      KeyForms.key(
          "batch.max-call-streams",
          "integer",
          "16",
          "streams, 1 to 4096",
          "Most streams whose batches share a call of ONNX Runtime. States of UnMix-TNS lie side by"
              + " side in a call, so its cost grows with samples times streams; more pay on CUDA.",
          Parsers.integer(1, 4096));
  static final Option<Duration> BATCH_LINGER =
      KeyForms.duration(
          "batch.linger",
          "1ms",
          Duration.ZERO,
          Duration.ofSeconds(10),
          "How long a closed batch waits for those of other streams to share its call; `0` answers"
              + " each at once.");

  static final Option<Integer> DRIFT_WINDOW =
      KeyForms.key(
          "drift.window",
          "integer",
          "1000",
          "samples of a stream, 0 to 1000000",
          "After so many answers a stream's window is reported on the drift topic; `0` for no"
              + " reports.",
          Parsers.integer(0, 1_000_000));
  static final Option<String> DRIFT_PROFILE =
      KeyForms.key(
          "drift.source-profile",
          "path",
          "none",
          "",
          "Source profile that windows are compared with, relative to the job file; made by `model"
              + " profile`. Without it reports tell no divergence and no estimated accuracy.",
          KeyForms.present());
  static final Option<String> DRIFT_DETECTOR =
      Option.choice(
          "drift.detector",
          "page-hinkley",
          ChangeDetectors.ALL.stream().map(ChangeDetector::name).toList(),
          "Test that finds shifts and collapses; see [drift](drift.md).");
  static final Option<String> DRIFT_SEGMENT_BY =
      KeyForms.key(
          "drift.segment-by",
          "text",
          "none",
          "name of an attribute",
          "Attribute of samples whose values divide a stream into segments; reports tell the"
              + " segment that is answered worst.",
          KeyForms.present());
  static final Option<Duration> LABELS_DELAY =
      KeyForms.duration(
          "labels.delay",
          "1h",
          Duration.ZERO,
          KeyForms.DAY.multipliedBy(30),
          "How long after its answer a sample's label still counts, by the times on the records."
              + " Answers are kept twice as long; `0` reads no labels.");

  static final Option<String> CHECKPOINT_DIRECTORY =
      KeyForms.key(
          "checkpoints.directory",
          "path or URI",
          "checkpoints",
          "",
          "Where checkpoints and savepoints lie; relative to the job file.",
          KeyForms::place);
  static final Option<Duration> CHECKPOINT_INTERVAL =
      KeyForms.duration(
          "checkpoints.interval",
          "10s",
          Duration.ofMillis(100),
          KeyForms.DAY,
          "Time between checkpoints. Under exactly-once it bounds how soon a prediction is visible.");

  static final Option<Integer> DEAD_LETTER_PAYLOAD =
      KeyForms.key(
          "dead-letters.max-payload",
          "size",
          "256KB",
          "0 to 256KB",
          "How much of a refused record is copied into its dead letter; its length and SHA-256"
              + " always are.",
          Parsers.bytes(256 * 1024));
  static final Option<Duration> MAX_LAG =
      KeyForms.duration(
          "adaptation.max-lag",
          "0",
          Duration.ZERO,
          KeyForms.DAY,
          "While samples have waited longer than this since the timestamp of their record, the job"
              + " answers but learns no parameters (statistics still move), until the wait is half"
              + " of it; `0` to learn always. Not for topics whose timestamps are old by design."
              + " Only with `batch.mode: latency`.");
  static final Option<Provider> PROVIDER =
      KeyForms.choice(
          "runtime.provider",
          Provider.class,
          "auto",
          "Where the model runs; `auto` takes CUDA where it works.");
  static final Option<Integer> THREADS =
      KeyForms.key(
          "runtime.threads",
          "integer",
          "1",
          "threads, 1 to 256",
          "Threads inside one operator of the model; 1 is best when instances share a machine.",
          Parsers.integer(1, 256));
  static final Option<String> METRICS_HOST =
      KeyForms.key(
          "metrics.host",
          "text",
          "localhost",
          "name or address",
          "What the Prometheus endpoint of each process listens on. Nobody is asked who they are"
              + " there, so only this machine is served by default; `0.0.0.0` serves everybody"
              + " who reaches it, as a Prometheus on another machine must.",
          Parsers.matching("[A-Za-z0-9.:_-]+", "a host name or an address"));
  static final Option<Integer> METRICS_PORT =
      KeyForms.key(
          "metrics.port",
          "integer",
          "9250",
          "-1 to 65535",
          "First port to try for the Prometheus endpoint, of ten: each process, and each job in it, takes"
              + " the first free one; 0 for any, -1 for none.",
          Parsers.integer(-1, 65535));
  static final Option<Integer> WEB_PORT =
      KeyForms.key(
          "web.port",
          "integer",
          "8081",
          "0 to 65000",
          "First port to try for Flink's web interface under `run`, which listens on loopback; 0"
              + " for any free one.",
          Parsers.integer(0, 65000));

  /** All keys, sorted; the open sections {@code kafka.properties} and {@code set} are not here. */
  public static final List<Option<?>> ALL =
      Stream.concat(
              Stream.<Option<?>>of(
                  NAME,
                  MODEL,
                  RECIPE,
                  SEED,
                  PARALLELISM,
                  CONTROL_ENABLED,
                  CONTROL_KEY_FILE,
                  CONTROL_STORE,
                  SHADOW,
                  DELIVERY,
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
                  PROVIDER,
                  THREADS,
                  METRICS_HOST,
                  METRICS_PORT,
                  WEB_PORT),
              Stream.of(KafkaKeys.ALL, PayloadKeys.ALL, StateKeys.ALL).flatMap(List::stream))
          .sorted(Comparator.comparing((Option<?> option) -> option.key()))
          .toList();

  /** Sections whose keys are not ours: Kafka's client properties and {@link Recipe#options()}. */
  static final List<String> OPEN_SECTIONS = List.of("kafka.properties.", "set.");

  private ConfigKeys() {}
}
