package dev.evenkeel.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path root;

  @Test
  void findsNothingWhereNothingIs() throws IOException {
    assertThat(Checkpoints.newest(root.resolve("missing").toUri().toString())).isEmpty();
    Files.createDirectories(root.resolve("job/chk-1"));
    assertThat(newest()).isNull();
  }

  @Test
  void takesTheNewestWhoseMetadataCanBeRead() throws IOException {
    write("job-1/chk-7", 7, 1_000);
    write("savepoints/savepoint-1", 8, 2_000);
    write("job-2/chk-9", 9, 3_000);
    write("job-2/chk-10", new byte[] {1, 2, 3}, 4_000);
    Files.createDirectories(root.resolve("job-2/chk-11"));

    assertThat(newest().path().getName()).isEqualTo("chk-9");
    assertThat(newest().isSavepoint()).isFalse();
    assertThat(newest().id()).isEqualTo(9);
  }

  @Test
  void takesASavepointWhenItIsTheNewest() throws IOException {
    write("job-1/chk-7", 7, 2_000);
    write("savepoints/savepoint-1", 8, 2_000);

    assertThat(newest().isSavepoint()).isTrue();
  }

  @Test
  void refusesDamagedMetadataAndLeavesTheRestToFlink() throws IOException {
    write("job/chk-7", 7, 1_000);
    write("job/chk-8", new byte[] {1, 2, 3}, 2_000);

    Checkpoints.requireReadable(root.resolve("job/chk-7").toUri().toString());
    Checkpoints.requireReadable(root.resolve("job/chk-7/_metadata").toUri().toString());
    Checkpoints.requireReadable(root.resolve("job/chk-9").toUri().toString());
    assertThatThrownBy(
            () -> Checkpoints.requireReadable(root.resolve("job/chk-8").toUri().toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chk-8 is damaged: its _metadata of 3 bytes cannot be read")
        .hasMessageContaining("Resume from an older one");
  }

  private Checkpoints.Found newest() throws IOException {
    return Checkpoints.newest(root.toUri().toString()).orElse(null);
  }

  private void write(String directory, long id, long modified) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      org.apache.flink.runtime.checkpoint.Checkpoints.storeCheckpointMetadata(
          new CheckpointMetadata(id, List.of(), List.of()), out);
    }
    write(directory, bytes.toByteArray(), modified);
  }

  private void write(String directory, byte[] metadata, long modified) throws IOException {
    Path file = Files.createDirectories(root.resolve(directory)).resolve("_metadata");
    Files.write(file, metadata);
    Files.setLastModifiedTime(file, FileTime.fromMillis(modified));
  }
}
