package dev.evenkeel.it;

import dev.evenkeel.jobs.cli.Main;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs commands as a user does, each in a process of its own. */
final class CommandLine {
  private final Path directory;
  private final Map<String, String> environment;
  private int commands;

  /**
   * @param directory working directory; what processes write lies there
   */
  CommandLine(Path directory) {
    this(directory, Map.of());
  }

  /**
   * @param environment variables that processes have besides those of this one
   */
  CommandLine(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Runs a command that ends well.
   *
   * @return what it wrote to standard output
   */
  String run(String... words) throws IOException, InterruptedException {
    return run(List.of(words));
  }

  /** A command to the streams of a job, with its acknowledgements as JSON. */
  String control(Topics topics, String... words) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("control"));
    line.addAll(List.of(words));
    line.addAll(
        List.of(
            "--bootstrap-servers",
            topics.bootstrapServers(),
            "--topic",
            topics.control(),
            "--audit-topic",
            topics.audit(),
            "--json"));
    return run(line);
  }

  /**
   * Runs a command that does not end well.
   *
   * @return what it wrote to standard error
   */
  String fail(String... words) throws IOException, InterruptedException {
    try (ChildJvm process = start(List.of(words))) {
      process.awaitEnd(Waiting.LIMIT);
      if (process.exitCode() == 0) {
        throw new AssertionError("Ended well. " + process.tails());
      }
      return process.errors();
    }
  }

  private String run(List<String> line) throws IOException, InterruptedException {
    try (ChildJvm process = start(line)) {
      return process.output();
    }
  }

  private ChildJvm start(List<String> line) throws IOException {
    commands++;
    return ChildJvm.start(
        directory,
        "command-" + commands,
        System.getProperty("java.class.path"),
        environment,
        Main.class.getName(),
        line);
  }
}
