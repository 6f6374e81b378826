package dev.evenkeel.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** One run of the command line in this process: exit code and both outputs. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode =
        commandLine.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** The last line of standard output as JSON. */
  JsonNode json() {
    List<String> lines = lines();
    return parse(lines.get(lines.size() - 1));
  }

  List<String> lines() {
    return out.lines().toList();
  }

  static JsonNode parse(String line) {
    try {
      return new JsonMapper().readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of the Fashion-MNIST test resources, copied to where commands can read it. */
  static Path fashion(String name, Path directory) {
    Path file = directory.resolve(Path.of(name).getFileName());
    try (InputStream in = CommandRun.class.getResourceAsStream("/fashion/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("No test resource /fashion/" + name);
      }
      if (!Files.exists(file)) {
        Files.copy(in, file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
