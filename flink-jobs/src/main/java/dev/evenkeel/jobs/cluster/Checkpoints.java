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

  /**
   * Looks at what a job is about to be resumed from, since Flink's own words for damaged metadata
   * are few. What this process cannot reach is left to the cluster to judge.
   *
   * @param checkpoint its directory or its metadata file, as {@code flink run -s} takes it
   * @throws IOException if its metadata is there and damaged
   */
  public static void requireReadable(String checkpoint) throws IOException {
    Path given = new Path(checkpoint);
    Path path = given.getName().equals(METADATA) ? given : new Path(given, METADATA);
    long length;
    FileSystem files;
    try {
      files = path.getFileSystem();
      length = files.getFileStatus(path).getLen();
    } catch (IOException e) {
      LOG.info("Cannot look at {} from here: {}", path, e.toString());
      return;
    }
    try {
      id(files, path);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "The checkpoint "
              + path.getParent()
              + " is damaged: its "
              + METADATA
              + " of "
              + length
              + " bytes cannot be read ("
              + e
              + "). Resume from an older one; beside it lie the last three",
          e);
    }
  }

  private static long id(FileSystem files, Path metadata) throws IOException {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(files.open(metadata)))) {
      return org.apache.flink.runtime.checkpoint.Checkpoints.loadCheckpointMetadata(
              in, Checkpoints.class.getClassLoader(), metadata.getParent().toString())
          .getCheckpointId();
    }
  }

  private static Optional<Found> read(FileSystem files, FileStatus metadata) {
    Path path = metadata.getPath();
    try {
      return Optional.of(
          new Found(path.getParent(), id(files, path), metadata.getModificationTime()));
    } catch (IOException | RuntimeException e) {
      LOG.warn("Passing over {}: its metadata cannot be read ({})", path.getParent(), e.toString());
      return Optional.empty();
    }
  }
}
