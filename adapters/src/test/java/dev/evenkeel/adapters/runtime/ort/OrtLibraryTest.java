package dev.evenkeel.adapters.runtime.ort;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrtLibraryTest {
  private static final int LONGER_THAN_ANY_CLASS_PATH = 60_000;

  @Test
  void loadsInAProcessWithAVeryLongCommandLine() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Loading.class.getName(),
                    "x".repeat(LONGER_THAN_ANY_CLASS_PATH)))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("loaded ");
  }

  /** What the process does: like a Flink task, on a thread with an ordinary stack. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] arguments) {
      System.out.println("loaded " + OrtLibrary.environment().getVersion());
    }
  }
}
