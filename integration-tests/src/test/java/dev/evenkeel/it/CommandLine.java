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
  private int commands;

  /**
   * @param directory working directory; what processes write lies there
   */
  CommandLine(Path directory) {
    this.directory = directory;
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

  private String run(List<String> line) throws IOException, InterruptedException {
    commands++;
    try (ChildJvm process =
        ChildJvm.start(
            directory,
            "command-" + commands,
            System.getProperty("java.class.path"),
            Map.of(),
            Main.class.getName(),
            line)) {
      return process.output();
    }
  }
}
