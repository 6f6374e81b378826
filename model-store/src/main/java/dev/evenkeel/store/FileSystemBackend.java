package dev.evenkeel.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Keeps everything in a directory of a local file system:
 *
 * <pre>
 * blobs/ab/abcdef...   content by digest
 * refs/NAME            text of a ref
 * temporary/           files being written; leftovers of a crash can be deleted
 * lock                 held while a ref is compared and set
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
    if (!Files.exists(path) || !Digest.of(Files.readAllBytes(path)).equals(digest)) {
      write(path, content);
    }
    return digest;
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
    try (Stream<Path> files = Files.walk(blobs)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> new Digest(file.getFileName().toString()))
          .toList();
    }
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
    synchronized (monitor) {
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        if (!held.isValid() || !readRef(name).equals(expected)) {
          return false;
        }
        write(path, text.getBytes(StandardCharsets.UTF_8));
        return true;
      }
    }
  }

  @Override
  public List<String> listRefs(String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(refs)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> refs.relativize(file).toString().replace('\\', '/'))
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    }
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
    Files.createDirectories(path.getParent());
    Path unfinished = temporary.resolve(UUID.randomUUID().toString());
    try {
      try (FileChannel file =
          FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          file.write(rest);
        }
        file.force(true);
      }
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    forceDirectory(path.getParent());
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
