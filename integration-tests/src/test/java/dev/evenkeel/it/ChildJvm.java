package dev.evenkeel.it;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java process with a class path, an environment and a log file of its own. */
final class ChildJvm implements AutoCloseable {
  private static final List<String> OPTIONS =
      List.of(
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Dlog4j2.level=INFO",
          // As Flink's distribution and the launcher set it.
          "--add-opens=java.base/java.util=ALL-UNNAMED");

  private final Process process;
  private final Path output;
  private final Path log;

  private ChildJvm(Process process, Path output, Path log) {
    this.process = process;
    this.output = output;
    this.log = log;
  }

  /**
   * @param name of its files in the directory, which is also its working directory; its temporary
   *     files go there too; another start of the same name adds to its files
   * @param classPath goes into the environment: ONNX Runtime crashes a process whose command line
   *     is longer than 4096 bytes
   */
  static ChildJvm start(
      Path directory,
      String name,
      String classPath,
      Map<String, String> environment,
      String mainClass,
      List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(temporary(directory, name)));
    command.add(mainClass);
    command.addAll(arguments);
    Path output = directory.resolve(name + ".out");
    Path log = directory.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(Redirect.appendTo(output.toFile()))
            .redirectError(Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    builder.environment().put("CLASSPATH", classPath);
    return new ChildJvm(builder.start(), output, log);
  }

  /** Where a process keeps its temporary files. */
  static Path temporary(Path directory, String name) {
    return directory.resolve(name + "-tmp");
  }

  /**
   * Waits for the process to end well.
   *
   * @return what it wrote to standard output
   */
  String output() throws InterruptedException, IOException {
    return output(Waiting.LIMIT);
  }

  String output(Duration limit) throws InterruptedException, IOException {
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("Still running after " + limit + ". " + tails());
    }
    if (process.exitValue() != 0) {
      throw new AssertionError("Ended with exit code " + process.exitValue() + ". " + tails());
    }
    return Files.readString(output);
  }

  /** Waits for the process to end, well or not. */
  void awaitEnd(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("Still running after " + limit + ". " + tails());
    }
  }

  /** Of a process that has ended. */
  int exitCode() {
    return process.exitValue();
  }

  /** What it wrote to standard error. */
  String errors() throws IOException {
    return Files.readString(log);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * @return true
   * @throws AssertionError with the ends of its files if it has ended
   */
  boolean requireAlive() {
    if (!isAlive()) {
      throw new AssertionError("Ended with exit code " + process.exitValue() + ". " + tails());
    }
    return true;
  }

  long pid() {
    return process.pid();
  }

  /** It as a server that listens there. */
  Companion at(URI address) {
    return new ProcessCompanion(process, output, address);
  }

  /** SIGSTOP: alive, but for the time being it does nothing. */
  void pause() throws IOException, InterruptedException {
    ProcessSignal.STOP.send(pid());
  }

  /** SIGCONT. */
  void resume() throws IOException, InterruptedException {
    ProcessSignal.CONT.send(pid());
  }

  /** The ends of both files. */
  String tails() {
    return tail(output) + tail(log);
  }

  private static String tail(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return "\nEnd of %s:\n%s"
          .formatted(
              file.getFileName(),
              String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size())));
    } catch (IOException e) {
      return "\nNo " + file.getFileName() + ": " + e.getMessage();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
