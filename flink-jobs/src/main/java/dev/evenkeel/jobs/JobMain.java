package dev.evenkeel.jobs;

import dev.evenkeel.jobs.cluster.Checkpoints;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.Secrets;
import dev.evenkeel.jobs.step.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Entry point on a Flink cluster: {@code flink run -c dev.evenkeel.jobs.JobMain JAR --config
 * JOB.yaml}. A job that {@code submit} sent brings its job file as an argument and its model inside
 * the jar.
 */
public final class JobMain {
  /** Where {@code submit} puts the model into the jar. */
  public static final String MODEL_RESOURCE = "evenkeel-submitted-model.onnx";

  private static final String USAGE =
      "expected '--config FILE' or '--submitted DIRECTORY BASE64'; see ./evenkeel submit --help";

  private JobMain() {}

  public static void main(String[] arguments) throws Exception {
    AdaptationJob job = job(arguments);
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    String resumed = environment.getConfiguration().get(StateRecoveryOptions.SAVEPOINT_PATH);
    if (resumed != null) {
      Checkpoints.requireReadable(resumed);
    }
    job.build(environment);
    environment.execute(job.config().name());
  }

  private static AdaptationJob job(String[] arguments) throws IOException {
    String kind = arguments.length == 0 ? "" : arguments[0];
    if (kind.equals("--config") && arguments.length == 2) {
      JobConfig config = JobConfig.read(Path.of(arguments[1]));
      return AdaptationJob.onKafka(config, ModelFile.read(config.model()));
    }
    if (kind.equals("--submitted") && arguments.length == 3) {
      return submitted(arguments[1], arguments[2]);
    }
    throw new IllegalArgumentException("Unknown arguments: " + USAGE);
  }

  /** Arguments for a job whose model was put into the jar. */
  public static String[] submittedArguments(String yaml, Path directory) {
    String text = Base64.getEncoder().encodeToString(yaml.getBytes(StandardCharsets.UTF_8));
    return new String[] {"--submitted", directory.toAbsolutePath().toString(), text};
  }

  private static AdaptationJob submitted(String directory, String base64) throws IOException {
    String yaml = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    JobConfig config = JobConfig.parse(yaml, Path.of(directory), Secrets.ofThisProcess());
    try (InputStream model =
        Thread.currentThread().getContextClassLoader().getResourceAsStream(MODEL_RESOURCE)) {
      if (model == null) {
        throw new IOException(
            "The jar has no " + MODEL_RESOURCE + "; send it with ./evenkeel submit");
      }
      return AdaptationJob.onKafka(
          config, ModelFile.of(config.model().toString(), model.readAllBytes()));
    }
  }
}
