package dev.evenkeel.jobs.store;

import dev.evenkeel.store.Digest;
import dev.evenkeel.store.NotFoundException;
import dev.evenkeel.store.RefNames;
import dev.evenkeel.store.StorageBackend;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * Keeps everything in a directory of a Flink file system, such as an S3 bucket, through Flink's own
 * plugins. Laid out as in a local store, and beside that
 *
 * <pre>
 * touched/abcdef...    when a blob was put again, by the time of this file
 * </pre>
 *
 * <p>These systems have no lock and no conditional write, so a ref is compared first and written
 * then: within this process one after the other, between processes each ref must have one writer.
 * Refs of snapshots do, since each is made once and never moves. Files are written under another
 * name and renamed, which object stores do by a copy that is visible whole.
 */
public final class FlinkFileSystemBackend implements StorageBackend {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  private final Path blobs;
  private final Path refs;
  private final Path temporary;
  private final Path touched;
  private final FileSystem files;
  private final Object monitor;

  /**
   * @param directory need not exist
   * @throws IOException if there is no file system for its scheme
   */
  public FlinkFileSystemBackend(Path directory) throws IOException {
    blobs = new Path(directory, "blobs");
    refs = new Path(directory, "refs");
    temporary = new Path(directory, "temporary");
    touched = new Path(directory, "touched");
    files = directory.getFileSystem();
    monitor = ("dev.evenkeel.store:" + directory.toUri()).intern();
  }

  @Override
  public Digest putBlob(byte[] content) throws IOException {
    Digest digest = Digest.of(content);
    Path path = blobPath(digest);
    if (isThere(path, content)) {
      Path mark = new Path(touched, digest.hex());
      try (FSDataOutputStream out = files.create(mark, WriteMode.OVERWRITE)) {
        out.write('1');
      }
      // Where somebody has removed it between look and mark it is written anew.
      if (files.exists(path)) {
        return digest;
      }
    }
    synchronized (monitor) {
      // Some file systems replace a file by removing it first, and readers would miss it.
      if (!isThere(path, content)) {
        write(path, content);
      }
    }
    return digest;
  }

  private boolean isThere(Path path, byte[] content) throws IOException {
    return read(path).filter(found -> Arrays.equals(found, content)).isPresent();
  }

  @Override
  public byte[] readBlob(Digest digest) throws IOException {
    Path path = blobPath(digest);
    byte[] content =
        read(path)
            .orElseThrow(
                () ->
                    new NotFoundException("no blob %s: %s does not exist".formatted(digest, path)));
    return digest.verify(content, path.toString());
  }

  @Override
  public List<Digest> listBlobs() throws IOException {
    return names(blobs).stream()
        .map(name -> name.substring(name.lastIndexOf('/') + 1))
        .filter(name -> HEX.matcher(name).matches())
        .map(Digest::new)
        .toList();
  }

  @Override
  public boolean removeBlob(Digest digest, Instant before) throws IOException {
    Path path = blobPath(digest);
    Path mark = new Path(touched, digest.hex());
    Optional<Instant> put = modified(path);
    if (put.isEmpty()
        || !put.get().isBefore(before)
        || modified(mark).filter(again -> !again.isBefore(before)).isPresent()) {
      return false;
    }
    boolean removed = files.delete(path, false);
    files.delete(mark, false);
    return removed;
  }

  @Override
  public Optional<String> readRef(String name) throws IOException {
    return read(refPath(name)).map(text -> new String(text, StandardCharsets.UTF_8));
  }

  @Override
  public boolean compareAndSetRef(String name, Optional<String> expected, String text)
      throws IOException {
    Path path = refPath(name);
    RefNames.requireText(text);
    synchronized (monitor) {
      if (!readRef(name).equals(expected)) {
        return false;
      }
      write(path, text.getBytes(StandardCharsets.UTF_8));
      return true;
    }
  }

  @Override
  public boolean removeRef(String name, String expected) throws IOException {
    Path path = refPath(name);
    synchronized (monitor) {
      return readRef(name).equals(Optional.of(expected)) && files.delete(path, false);
    }
  }

  @Override
  public List<String> listRefs(String prefix) throws IOException {
    int slash = prefix.lastIndexOf('/');
    String directory = slash < 0 ? "" : RefNames.require(prefix.substring(0, slash)) + "/";
    Path below = directory.isEmpty() ? refs : new Path(refs, directory);
    return names(below).stream()
        .map(name -> directory + name)
        .filter(name -> name.startsWith(prefix))
        .sorted()
        .toList();
  }

  /** One writer per ref, see the class. */
  @Override
  public boolean supportsCompareAndSet() {
    return false;
  }

  private Path blobPath(Digest digest) {
    return new Path(blobs, digest.hex().substring(0, 2) + "/" + digest.hex());
  }

  private Path refPath(String name) {
    return new Path(refs, RefNames.require(name));
  }

  private Optional<byte[]> read(Path path) throws IOException {
    try (FSDataInputStream in = files.open(path)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private Optional<Instant> modified(Path path) throws IOException {
    try {
      return Optional.of(Instant.ofEpochMilli(files.getFileStatus(path).getModificationTime()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private void write(Path path, byte[] content) throws IOException {
    Path unfinished = new Path(temporary, UUID.randomUUID().toString());
    try {
      try (FSDataOutputStream out = files.create(unfinished, WriteMode.NO_OVERWRITE)) {
        out.write(content);
        out.sync();
      }
      files.mkdirs(path.getParent());
      if (!files.rename(unfinished, path)) {
        // Some rename onto nothing only.
        files.delete(path, false);
        if (!files.rename(unfinished, path)) {
          throw new IOException(
              "%s could not be renamed to %s; check the permissions".formatted(unfinished, path));
        }
      }
    } finally {
      files.delete(unfinished, false);
    }
  }

  /** Names of all files below a directory, relative to it; what vanishes is passed over. */
  private List<String> names(Path directory) throws IOException {
    List<String> found = new ArrayList<>();
    collect(directory, "", found);
    return found;
  }

  private void collect(Path directory, String prefix, List<String> found) throws IOException {
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
      String name = prefix + entry.getPath().getName();
      if (entry.isDir()) {
        collect(entry.getPath(), name + "/", found);
      } else {
        found.add(name);
      }
    }
  }
}
