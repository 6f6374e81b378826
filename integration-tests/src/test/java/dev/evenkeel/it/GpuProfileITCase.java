package dev.evenkeel.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code -Pgpu} says on a machine without a GPU, whatever this one has: the path of the
 * driver's file is given.
 */
class GpuProfileITCase {
  @TempDir private Path directory;

  @Test
  void withoutADriverTheBuildStopsWithOneClearLine() throws Exception {
    Build build = build("-Pgpu", directory.resolve("absent"));
    assertThat(build.exitCode()).isPositive();
    assertThat(build.output().lines().filter(line -> line.contains("no NVIDIA driver")))
        .singleElement()
        .asString()
        .contains("there is no " + directory.resolve("absent"))
        .contains("-Pfast,gpu");
  }

  @Test
  void withADriverItGoesOn() throws Exception {
    Path driver = Files.createFile(directory.resolve("version"));
    assertThat(build("-Pgpu", driver)).satisfies(Build::requireSuccess);
  }

  @Test
  void withoutTestsNoGpuIsNeeded() throws Exception {
    assertThat(build("-Pfast,gpu", directory.resolve("absent"))).satisfies(Build::requireSuccess);
  }

  private record Build(int exitCode, String output) {
    void requireSuccess() {
      assertThat(exitCode).as(output).isZero();
    }
  }

  /** The parent alone, up to the check. */
  private Build build(String profiles, Path driver) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("evenkeel.maven")));
    command.addAll(
        List.of("--offline", "--batch-mode", "-N", profiles, "-Dgpu.driver=" + driver, "validate"));
    Path output = directory.resolve("build.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of(System.getProperty("evenkeel.home")).toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return new Build(process.exitValue(), Files.readString(output, UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
