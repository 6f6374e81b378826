package dev.evenkeel.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps everything in a directory of a local file system:
 *
 * <pre>
 * blobs/ab/abcdef...   content by digest
 * refs/NAME            text of a ref
 * temporary/           files being written; leftovers of a crash can be deleted
 * lock                 held while a ref or a blob takes its place or is removed
 * </pre>
 *
 * <p>Files appear by an atomic move after their bytes were forced to disk. The lock is one of the
 * operating system, which a process that dies gives back.
 */
public final class FileSystemBackend implements StorageBackend {
  private final Path blobs;
  private final Path refs;
  private final Path temporary;
  private final Path lock;
  private final Object monitor;

  /**
   * Opens the store in {@code directory}, which is made if it is missing.
   *
   * @throws IOException if the directory cannot be made
   */
  public FileSystemBackend(Path directory) throws IOException {
    Path root = Files.createDirectories(directory).toRealPath();
    blobs = Files.createDirectories(root.resolve("blobs"));
    refs = Files.createDirectories(root.resolve("refs"));
    temporary = Files.createDirectories(root.resolve("temporary"));
    lock = root.resolve("lock");
    // The file lock is held by the whole Java process. Between its threads an interned string
    // decides, the one object that copies of this class in several class loaders share.
    monitor = ("dev.evenkeel.store:" + root).intern();
  }

  @Override
  public Digest putBlob(byte[] content) throws IOException {
    Digest digest = Digest.of(content);
    Path path = blobPath(digest);
    if (!putAgain(path, digest)) {
      write(path, content);
    }
    return digest;
  }

  /** Lets a blob that is there count as put now; false if it is not, or damaged. */
  private boolean putAgain(Path path, Digest digest) throws IOException {
    if (!Files.exists(path) || !Digest.of(Files.readAllBytes(path)).equals(digest)) {
      return false;
    }
    return locked(
        () -> {
          if (!Files.exists(path)) {
            return false;
          }
          Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
          return true;
        });
  }

  @Override
  public byte[] readBlob(Digest digest) throws IOException {
    Path path = blobPath(digest);
    try {
      return digest.verify(Files.readAllBytes(path), path.toString());
    } catch (NoSuchFileException e) {
      throw new NotFoundException("no blob %s: %s does not exist".formatted(digest, path));
    }
  }

  @Override
  public List<Digest> listBlobs() throws IOException {
    return files(blobs).stream().map(file -> new Digest(file.getFileName().toString())).toList();
  }

  @Override
  public boolean removeBlob(Digest digest, Instant before) throws IOException {
    Path path = blobPath(digest);
    return locked(
        () ->
            Files.exists(path)
                && Files.getLastModifiedTime(path).toInstant().isBefore(before)
                && Files.deleteIfExists(path));
  }

  @Override
  public Optional<String> readRef(String name) throws IOException {
    try {
      return Optional.of(Files.readString(refPath(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean compareAndSetRef(String name, Optional<String> expected, String text)
      throws IOException {
    Path path = refPath(name);
    RefNames.requireText(text);
    Path unfinished = writeUnfinished(text.getBytes(StandardCharsets.UTF_8));
    try {
      return locked(() -> readRef(name).equals(expected) && place(unfinished, path));
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  @Override
  public boolean removeRef(String name, String expected) throws IOException {
    Path path = refPath(name);
    return locked(() -> readRef(name).equals(Optional.of(expected)) && Files.deleteIfExists(path));
  }

  @Override
  public List<String> listRefs(String prefix) throws IOException {
    Path below = refs.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1)).normalize();
    if (!below.startsWith(refs)) {
      return List.of();
    }
    return files(below).stream()
        .map(file -> refs.relativize(file).toString().replace('\\', '/'))
        .filter(name -> name.startsWith(prefix))
        .sorted()
        .toList();
  }

  @Override
  public boolean supportsCompareAndSet() {
    return true;
  }

  private Path blobPath(Digest digest) {
    return blobs.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }

  private Path refPath(String name) {
    return refs.resolve(RefNames.require(name));
  }

  private void write(Path path, byte[] content) throws IOException {
    Path unfinished = writeUnfinished(content);
    try {
      locked(() -> place(unfinished, path));
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Writes a file that nobody sees, and forces it to disk. */
  private Path writeUnfinished(byte[] content) throws IOException {
    Path unfinished = temporary.resolve(UUID.randomUUID().toString());
    try (FileChannel file =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        file.write(rest);
      }
      file.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    return unfinished;
  }

  /** Lets a written file appear under its name. */
  private static boolean place(Path unfinished, Path path) throws IOException {
    Files.createDirectories(path.getParent());
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory(path.getParent());
    return true;
  }

  private interface Work {
    boolean run() throws IOException;
  }

  /** Does something while nobody else compares, places or removes anything. */
  private boolean locked(Work work) throws IOException {
    synchronized (monitor) {
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        return held.isValid() && work.run();
      }
    }
  }

  /** All files below a directory; what vanishes meanwhile is passed over. */
  private static List<Path> files(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
    return found;
  }

  /** Makes the new name itself survive a power cut. */
  private static void forceDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some systems do not open directories as files (Windows); there the move has to do.
    }
  }
}
