package dev.evenkeel.jobs.cluster;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what a job can be resumed from: checkpoints and savepoints below a directory. */
public final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String METADATA = "_metadata";
  private static final int MAX_DEPTH = 3;

  private Checkpoints() {}

  /**
   * A complete checkpoint or savepoint.
   *
   * @param path its directory
   * @param id number that grows with each checkpoint of a job and goes on after a resume
   * @param modified when its metadata was written, milliseconds
   */
  public record Found(Path path, long id, long modified) {
    public boolean isSavepoint() {
      return path.getName().startsWith("savepoint-");
    }
  }

  /**
   * The newest complete one. Metadata is written last, so what has none, or none that can be read,
   * is incomplete and passed over.
   *
   * @param directory URI; it need not exist
   */
  public static Optional<Found> newest(String directory) throws IOException {
    List<Found> found = new ArrayList<>();
    Path root = new Path(directory);
    collect(root.getFileSystem(), root, 0, found);
    return found.stream()
        .max(Comparator.comparingLong(Found::modified).thenComparingLong(Found::id));
  }

  private static void collect(FileSystem files, Path directory, int depth, List<Found> found)
      throws IOException {
    FileStatus[] entries;
    try {
      entries = files.listStatus(directory);
    } catch (FileNotFoundException e) {
      return;
    }
    if (entries == null) {
      return;
    }
    for (FileStatus entry : entries) {
      if (entry.isDir() && depth < MAX_DEPTH) {
        collect(files, entry.getPath(), depth + 1, found);
      } else if (entry.getPath().getName().equals(METADATA)) {
        read(files, entry).ifPresent(found::add);
      }
    }
  }

  private static Optional<Found> read(FileSystem files, FileStatus metadata) {
    Path path = metadata.getPath();
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(files.open(path)))) {
      long id =
          org.apache.flink.runtime.checkpoint.Checkpoints.loadCheckpointMetadata(
                  in, Checkpoints.class.getClassLoader(), path.getParent().toString())
              .getCheckpointId();
      return Optional.of(new Found(path.getParent(), id, metadata.getModificationTime()));
    } catch (IOException | RuntimeException e) {
      LOG.warn("Passing over {}: its metadata cannot be read ({})", path.getParent(), e.toString());
      return Optional.empty();
    }
  }
}
