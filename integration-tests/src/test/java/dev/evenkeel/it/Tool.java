package dev.evenkeel.it;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of the operating system that tests need and no build can bring along.
 *
 * @param program where it lies
 */
record Tool(Path program) {
  /**
   * Finds a program on the path. Where there is none the test does not run, and says so; on a build
   * server ({@code CI=true}) it fails.
   *
   * @param debianPackage that has it
   */
  static Tool require(String name, String debianPackage) {
    Optional<Path> found =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isPresent()) {
      return new Tool(found.get());
    }
    String missing =
        "NOT TESTED: '%s' is not on the path; 'apt-get install %s' brings it"
            .formatted(name, debianPackage);
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError(missing);
    }
    System.err.println(missing);
    Assumptions.abort(missing);
    throw new AssertionError(missing);
  }

  /**
   * What it said, and how it ended.
   *
   * @param output both of its streams
   */
  record Result(int exitCode, String output) {}

  /** Runs it with arguments; its standard input is the file's content. */
  Result run(Path input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectInput(input.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(command + " still runs");
    }
    return new Result(process.exitValue(), output);
  }
}
