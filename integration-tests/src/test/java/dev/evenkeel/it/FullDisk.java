package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checkpoints' directory, which can become one that nothing more can be written to: a small file
 * system of its own where the operating system allows to mount one, else by putting files in the
 * place of the jobs' directories.
 */
final class FullDisk implements AutoCloseable {
  private static final int MEGABYTES = 64;
  private static final String AWAY = ".away";

  private final Path directory;
  private final boolean mounted;

  private FullDisk(Path directory, boolean mounted) {
    this.directory = directory;
    this.mounted = mounted;
  }

  /**
   * @param mount whether to try to mount a file system
   */
  static FullDisk at(Path directory, boolean mount) throws IOException {
    Files.createDirectories(directory);
    return new FullDisk(
        directory,
        mount
            && runs(
                "mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", directory + ""));
  }

  /** Whether it is a file system of its own. */
  boolean isMounted() {
    return mounted;
  }

  /** Leaves no room for a single byte. */
  void fill() throws IOException {
    if (mounted) {
      assertThatThrownBy(() -> Files.write(filler(), new byte[MEGABYTES << 20]))
          .hasMessageContaining("No space left");
      return;
    }
    for (Path job : children()) {
      Files.move(job, job.resolveSibling(job.getFileName() + AWAY));
      Files.createFile(job);
    }
  }

  void free() throws IOException {
    if (mounted) {
      Files.delete(filler());
      return;
    }
    for (Path away : children()) {
      String name = away.getFileName().toString();
      if (name.endsWith(AWAY)) {
        Path job = away.resolveSibling(name.substring(0, name.length() - AWAY.length()));
        Files.delete(job);
        Files.move(away, job);
      }
    }
  }

  private List<Path> children() throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    }
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  private static boolean runs(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return process.onExit().join().exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    if (mounted) {
      runs("umount", "-l", directory.toString());
    }
  }
}
