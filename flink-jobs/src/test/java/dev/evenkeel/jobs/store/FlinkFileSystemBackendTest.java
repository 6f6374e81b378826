package dev.evenkeel.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.store.Digest;
import dev.evenkeel.store.FileSystemBackend;
import dev.evenkeel.store.StorageBackend;
import dev.evenkeel.store.testing.StorageBackendContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On Flink's local file system, which is reached like any other of Flink's. */
class FlinkFileSystemBackendTest extends StorageBackendContract {
  @TempDir private Path directory;

  @Override
  protected StorageBackend newBackend() throws IOException {
    return new FlinkFileSystemBackend(new org.apache.flink.core.fs.Path(directory.toUri()));
  }

  @Override
  protected void damage(Digest digest, byte[] content) throws IOException {
    Files.write(blob(digest), content);
  }

  private Path blob(Digest digest) {
    String hex = digest.hex();
    return directory.resolve("blobs").resolve(hex.substring(0, 2)).resolve(hex);
  }

  @Test
  void saysThatItDoesNotDecideBetweenWriters() throws IOException {
    assertThat(newBackend().supportsCompareAndSet()).isFalse();
  }

  @Test
  void theLocalBackendReadsWhatItWrites() throws IOException {
    Digest digest = newBackend().putBlob(new byte[] {1, 2});
    newBackend().compareAndSetRef("a/b", Optional.empty(), "x");
    StorageBackend local = new FileSystemBackend(directory);
    assertThat(local.readBlob(digest)).containsExactly(1, 2);
    assertThat(local.readRef("a/b")).contains("x");
    assertThat(local.listBlobs()).isEqualTo(List.of(digest));
  }

  @Test
  void anOldBlobThatIsPutAgainIsYoung() throws IOException {
    StorageBackend backend = newBackend();
    Digest digest = backend.putBlob(new byte[] {1});
    Instant hourAgo = Instant.now().minus(Duration.ofHours(1));
    Files.setLastModifiedTime(blob(digest), FileTime.from(hourAgo.minusSeconds(1)));
    backend.putBlob(new byte[] {1});
    assertThat(backend.removeBlob(digest, hourAgo)).isFalse();
    Files.setLastModifiedTime(
        directory.resolve("touched").resolve(digest.hex()), FileTime.from(hourAgo.minusSeconds(1)));
    assertThat(backend.removeBlob(digest, hourAgo)).isTrue();
    assertThat(directory.resolve("touched")).isEmptyDirectory();
  }

  @Test
  void leavesNoTemporaryFilesAndSeesNone() throws IOException {
    newBackend().putBlob(new byte[10]);
    try (Stream<Path> files = Files.list(directory.resolve("temporary"))) {
      assertThat(files).isEmpty();
    }
    Files.write(directory.resolve("temporary").resolve("cut-off"), new byte[10]);
    assertThat(newBackend().listBlobs()).hasSize(1);
  }

  @Test
  void aLocationIsAPathOrAUri() throws IOException {
    assertThat(new StoreLocation(directory.toString()).open())
        .isInstanceOf(FileSystemBackend.class);
    assertThat(new StoreLocation(directory.toUri().toString()).open())
        .isInstanceOf(FileSystemBackend.class);
    assertThatThrownBy(() -> new StoreLocation("s3://bucket/store").open())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("s3");
  }
}
