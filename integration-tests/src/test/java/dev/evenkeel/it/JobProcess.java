package dev.evenkeel.it;

import dev.evenkeel.jobs.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code run --config job.yaml} in a JVM of its own, on the tests' class path: as a user starts it,
 * and so that it can be killed.
 */
final class JobProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private JobProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static JobProcess start(JobFile job) throws IOException {
    return start(job, Map.of(), "warn");
  }

  /**
   * @param environment variables that it has besides those of this process
   * @param level from which on others than this project write to its log
   */
  static JobProcess start(JobFile job, Map<String, String> environment, String level)
      throws IOException {
    Path config = job.write();
    Path log = config.resolveSibling("job.log");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // Small, so that a shape header that were believed would end the job.
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Devenkeel.test.log=" + level,
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            "--config",
            config.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(config.getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return new JobProcess(builder.start(), log);
  }

  /** SIGKILL: no chance to say goodbye. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /**
   * SIGTERM: stop with a savepoint.
   *
   * @return the exit code
   */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("The job did not stop on SIGTERM. " + logTail());
    }
    return process.exitValue();
  }

  /**
   * @throws AssertionError with the end of its log if the job has ended
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw new AssertionError(
          "The job ended with exit code %d. %s".formatted(process.exitValue(), logTail()));
    }
  }

  String logTail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return "End of its log:\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return "It left no log: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
