package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.jobs.payload.PayloadOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Everything a job file says, checked and with defaults filled in. Immutable; its text form hides
 * the values of Kafka properties.
 *
 * @param name of the job; names its consumer group, transactions and metrics
 * @param model path of the ONNX file
 * @param recipe adaptation method with its settings
 * @param seed of everything random in the recipe
 * @param parallelism parallel instances of each operator, at least 1
 * @param shadow share of batches on which the source model answers too, in [0, 1]
 * @param maxLag wait of samples above which parameters are not learned; zero to learn always
 * @param deadLetterPayload most bytes of a refused record that are copied into its dead letter
 * @param metricsHost name or address that the Prometheus endpoint listens on
 * @param metricsPort port of the Prometheus endpoint; 0 for any free one, negative for none
 * @param payloads where payloads that lie elsewhere are fetched from
 * @param webPort port of Flink's web interface under {@code run}; 0 for any free one
 */
public record JobConfig(
    String name,
    Path model,
    Recipe recipe,
    long seed,
    int parallelism,
    double shadow,
    Delivery delivery,
    Duration maxLag,
    int deadLetterPayload,
    String metricsHost,
    int metricsPort,
    int webPort,
    KafkaConfig kafka,
    PayloadOptions payloads,
    BatchConfig batch,
    StateConfig state,
    SnapshotConfig snapshots,
    DriftConfig drift,
    ControlConfig control,
    CheckpointConfig checkpoints,
    RuntimeOptions runtime) {

  /**
   * Reads a job file; relative paths in it start at its directory, {@code ${NAME}} reads the
   * environment of this process.
   *
   * @throws ConfigException with all problems at once
   * @throws IOException if the file cannot be read
   */
  public static JobConfig read(Path file) throws IOException {
    return JobConfigText.read(file).orThrow();
  }

  /**
   * Reads the text of a job file.
   *
   * @param directory where relative paths start
   * @param secrets resolves references in {@code kafka.properties}
   * @throws ConfigException with all problems at once
   */
  public static JobConfig parse(String yaml, Path directory, Secrets secrets) {
    return JobConfigText.parse(yaml, directory, secrets).orThrow();
  }
}
