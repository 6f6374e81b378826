package dev.evenkeel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.store.testing.FailingBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final byte[] FIRST = {1, 2, 3};
  private static final byte[] SECOND = {4, 5, 6};

  private final InMemoryBackend backend = new InMemoryBackend();
  private final ModelStore store = newStore(backend);

  @Test
  void importsNumberVersions() throws IOException {
    Manifest first = store.importModel("fashion", FIRST, draft()).manifest();
    ImportResult second = store.importModel("fashion", SECOND, draft());
    assertThat(first).isEqualTo(new Manifest(1, "fashion", 1, Digest.of(FIRST), 3, NOW, draft()));
    assertThat(second.alreadyKnown()).isFalse();
    assertThat(second.manifest().reference()).isEqualTo("fashion@2");
    assertThat(store.list()).containsExactly(first, second.manifest());
    assertThat(store.open(second.manifest())).isEqualTo(SECOND);
  }

  @Test
  void moreThanNineVersionsStayInOrder() throws IOException {
    for (int i = 1; i <= 11; i++) {
      store.importModel("fashion", new byte[] {(byte) i}, draft());
    }
    assertThat(store.resolve("fashion").version()).isEqualTo(11);
    assertThat(store.list()).extracting(Manifest::version).isSorted();
  }

  @Test
  void sameBytesAreTheSameVersion() throws IOException {
    Manifest first = store.importModel("fashion", FIRST, draft()).manifest();
    store.importModel("fashion", SECOND, draft());
    assertThat(store.importModel("fashion", FIRST, draft()))
        .isEqualTo(new ImportResult(first, true));
    assertThat(store.importModel("other", FIRST, draft()).alreadyKnown()).isFalse();
  }

  @Test
  void importsAFile(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("m.onnx"), FIRST);
    var onDisk = newStore(new FileSystemBackend(directory.resolve("store")));
    Manifest manifest = onDisk.importModel("fashion", file, draft()).manifest();
    var reopened = newStore(new FileSystemBackend(directory.resolve("store")));
    assertThat(reopened.resolve("fashion")).isEqualTo(manifest);
    assertThat(reopened.open(manifest)).isEqualTo(FIRST);
  }

  @Test
  void resolvesEveryKindOfReference() throws IOException {
    Manifest first = store.importModel("fashion", FIRST, draft()).manifest();
    Manifest second = store.importModel("fashion", SECOND, draft()).manifest();
    assertThat(store.compareAndSetRef("fashion", "production", OptionalInt.empty(), 1)).isTrue();
    assertThat(store.resolve("fashion")).isEqualTo(second);
    assertThat(store.resolve("fashion@latest")).isEqualTo(second);
    assertThat(store.resolve("fashion@1")).isEqualTo(first);
    assertThat(store.resolve("fashion@production")).isEqualTo(first);
    assertThat(store.resolve(Digest.of(FIRST).toString())).isEqualTo(first);
  }

  @Test
  void movesARefOnlyIfItIsAsExpected() throws IOException {
    store.importModel("fashion", FIRST, draft());
    store.importModel("fashion", SECOND, draft());
    assertThat(store.compareAndSetRef("fashion", "production", OptionalInt.of(1), 2)).isFalse();
    assertThat(store.compareAndSetRef("fashion", "production", OptionalInt.empty(), 1)).isTrue();
    assertThat(store.compareAndSetRef("fashion", "production", OptionalInt.empty(), 2)).isFalse();
    assertThat(store.compareAndSetRef("fashion", "production", OptionalInt.of(1), 2)).isTrue();
    assertThat(store.refs("fashion")).isEqualTo(Map.of("production", 2));
  }

  @Test
  void missingThingsAreNamedWithWhatWasMeant() throws IOException {
    assertNotFound("fashion", "no model 'fashion': there are none yet");
    store.importModel("fashion", FIRST, draft());
    store.compareAndSetRef("fashion", "production", OptionalInt.empty(), 1);
    assertNotFound("fasion", "no model 'fasion': did you mean fashion?");
    assertNotFound("weather", "known are fashion");
    assertNotFound("fashion@2", "no model 'fashion@2': the newest is fashion@1");
    assertNotFound("fashion@prodution", "did you mean production?");
    assertNotFound(Digest.of(SECOND).toString(), "no model has the digest");
    assertThatThrownBy(() -> store.compareAndSetRef("fashion", "p", OptionalInt.empty(), 7))
        .isInstanceOf(NotFoundException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@", "a@", "a@b@c", "../a", "a/b", "sha256:", "sha256:AB"})
  void refusesWhatIsNoReference(String reference) {
    assertThatThrownBy(() -> store.resolve(reference)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "3", "", "a/b", ".."})
  void refusesRefsThatMeanSomethingElse(String ref) throws IOException {
    store.importModel("fashion", FIRST, draft());
    assertThatThrownBy(() -> store.compareAndSetRef("fashion", ref, OptionalInt.empty(), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDamagedModelIsNotOpened() throws IOException {
    Manifest manifest = store.importModel("fashion", FIRST, draft()).manifest();
    backend.blobs.put(manifest.digest(), new InMemoryBackend.Blob(new byte[] {1, 2, 2}, NOW));
    assertThatThrownBy(() -> store.open(manifest)).isInstanceOf(CorruptBlobException.class);
  }

  @Test
  void anImportCutOffAnywhereLeavesNothingVisible() throws IOException {
    for (int writes = 0; writes < 3; writes++) {
      var inner = new InMemoryBackend();
      var cutOff = newStore(new FailingBackend(inner, writes));
      assertThatThrownBy(() -> cutOff.importModel("fashion", FIRST, draft()))
          .hasMessage("disk full");
      assertThat(newStore(inner).list()).as("after %d writes", writes).isEmpty();
      assertThat(newStore(inner).importModel("fashion", FIRST, draft()).manifest().version())
          .isEqualTo(1);
    }
  }

  @Test
  void concurrentImportsGetDifferentVersions() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<ImportResult>> results = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        byte[] content = {(byte) (i / 2)};
        results.add(threads.submit(() -> store.importModel("fashion", content, draft())));
      }
      int made = 0;
      for (Future<ImportResult> result : results) {
        made += result.get().alreadyKnown() ? 0 : 1;
      }
      assertThat(made).isEqualTo(20);
    } finally {
      threads.shutdownNow();
    }
    assertThat(store.list()).hasSize(20);
    assertThat(store.list()).extracting(Manifest::digest).doesNotHaveDuplicates();
  }

  private void assertNotFound(String reference, String message) {
    assertThatThrownBy(() -> store.resolve(reference))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(message);
  }

  private static ModelStore newStore(StorageBackend backend) {
    return new ModelStore(backend, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  static ManifestDraft draft() {
    return new ManifestDraft(
        17,
        8,
        new TensorDescription("input", "float32", List.of(-1L, 1L, 28L, 28L)),
        2,
        List.of("boot", "bag"),
        new Preprocessing(1 / 255.0, List.of(0.5), List.of(0.25), "grey"),
        Map.of("evenkeel", "0.1.0", "onnxruntime", "1.29.0"),
        new Digest("0a".repeat(32)),
        "first try");
  }
}
