package dev.evenkeel.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.store.testing.StorageBackendContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemBackendTest extends StorageBackendContract {
  private static final int PROCESSES = 3;
  private static final int ROUNDS = 100;

  @TempDir private Path directory;

  @Override
  protected StorageBackend newBackend() throws IOException {
    return new FileSystemBackend(directory);
  }

  @Override
  protected void damage(Digest digest, byte[] content) throws IOException {
    String hex = digest.hex();
    Files.write(directory.resolve("blobs").resolve(hex.substring(0, 2)).resolve(hex), content);
  }

  @Test
  void anotherInstanceReadsWhatWasWritten() throws IOException {
    Digest digest = newBackend().putBlob(new byte[] {1, 2});
    assertThat(newBackend().compareAndSetRef("a", Optional.empty(), "1")).isTrue();
    assertThat(newBackend().readBlob(digest)).containsExactly(1, 2);
    assertThat(newBackend().readRef("a")).contains("1");
  }

  @Test
  void leavesNoTemporaryFiles() throws IOException {
    newBackend().putBlob(new byte[10]);
    try (Stream<Path> files = Files.list(directory.resolve("temporary"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aHalfWrittenFileIsNotVisible() throws IOException {
    StorageBackend backend = newBackend();
    Files.write(directory.resolve("temporary").resolve("cut-off"), new byte[10]);
    assertThat(backend.listBlobs()).isEmpty();
    assertThat(backend.listRefs("")).isEmpty();
  }

  @Test
  void concurrentProcessesLoseNoUpdate() throws Exception {
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Incrementer.class.getName(),
                    directory.toString())
                .inheritIO()
                .start());
      }
      for (Process process : processes) {
        assertThat(process.waitFor()).isZero();
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
    assertThat(newBackend().readRef("counter")).contains(Integer.toString(PROCESSES * ROUNDS));
  }

  /** One of several processes that count up the same ref. */
  static final class Incrementer {
    private Incrementer() {}

    public static void main(String[] args) throws IOException {
      var backend = new FileSystemBackend(Path.of(args[0]));
      for (int i = 0; i < ROUNDS; i++) {
        StorageBackendContract.increment(backend, "counter");
      }
    }
  }
}
