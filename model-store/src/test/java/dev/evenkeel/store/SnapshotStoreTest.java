package dev.evenkeel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.store.testing.FailingBackend;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final byte[] MODEL = {9, 9, 9};

  private final InMemoryBackend backend = new InMemoryBackend(Clock.fixed(NOW, ZoneOffset.UTC));
  private final SnapshotStore store = new SnapshotStore(backend);

  @Test
  void publishesOnce() throws IOException {
    SnapshotManifest manifest = manifest("a", 1);
    assertThat(store.publish(manifest, state(1))).isTrue();
    List<String> refs = backend.listRefs("");
    int blobs = backend.listBlobs().size();
    assertThat(store.publish(manifest, state(1))).isFalse();
    assertThat(backend.listRefs("")).isEqualTo(refs).hasSize(1);
    assertThat(backend.listBlobs()).hasSize(blobs);
    assertThat(store.list(this::fail)).containsExactly(manifest);
    assertThat(store.open(manifest)).isEqualTo(state(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void isNeverHalfVisible(int writes) throws IOException {
    FailingBackend failing = new FailingBackend(backend, writes);
    assertThatThrownBy(() -> new SnapshotStore(failing).publish(manifest("a", 1), state(1)))
        .isInstanceOf(IOException.class);
    assertThat(store.list(this::fail)).isEmpty();
    assertThat(store.publish(manifest("a", 1), state(1))).isTrue();
    assertThat(store.open(store.resolve("stream:a"))).isEqualTo(state(1));
  }

  @Test
  void newestIsTheOneOfTheLatestCheckpoint() throws IOException {
    store.publish(manifest("a", 2), state(2));
    store.publish(manifest("b", 3), state(3));
    store.publish(manifest("a", 1), state(1));
    assertThat(store.newest(manifest("a", 0).key())).contains(manifest("a", 2));
    assertThat(store.newest(manifest("c", 0).key())).isEmpty();
    assertThat(store.list(manifest("a", 0).key(), this::fail))
        .containsExactly(manifest("a", 1), manifest("a", 2));
  }

  @Test
  void refusesAManifestOfAnotherState() {
    assertThatThrownBy(() -> store.publish(manifest("a", 1), state(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Digest.of(state(2)).toString());
    assertThat(backend.listBlobs()).isEmpty();
  }

  @Test
  void resolvesDigestsPartsOfThemAndNames() throws IOException {
    store.publish(manifest("a", 1), state(1));
    store.publish(manifest("a", 2), state(2));
    String digest = Digest.of(state(1)).toString();
    assertThat(store.resolve(digest)).isEqualTo(manifest("a", 1));
    assertThat(store.resolve(digest.substring(0, 20))).isEqualTo(manifest("a", 1));
    assertThat(store.resolve("stream:a")).isEqualTo(manifest("a", 2));
    assertThatThrownBy(() -> store.resolve("stream:b"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("did you mean stream:a?");
    for (String wrong : List.of("sha256:12", "a", "sha256:xyzxyzxyz")) {
      assertThatThrownBy(() -> store.resolve(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong);
    }
  }

  @Test
  void doesNotGuessBetweenModels() throws IOException {
    store.publish(manifest("a", 1), state(1));
    Digest other = Digest.of(new byte[] {8});
    store.publish(manifest("a", 2, other), state(2));
    assertThatThrownBy(() -> store.resolve("stream:a"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(other.toString())
        .hasMessageContaining("several");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void refusesFlippedBitsWhereverTheyAre(int position) throws IOException {
    SnapshotManifest manifest = manifest("a", 1);
    store.publish(manifest, state(1));
    for (Digest digest : backend.listBlobs()) {
      byte[] flipped = backend.readBlob(digest);
      flipped[position % flipped.length] ^= 4;
      InMemoryBackend.Blob whole = backend.blobs.get(digest);
      backend.blobs.put(digest, new InMemoryBackend.Blob(flipped, NOW));
      assertThatThrownBy(() -> store.open(store.resolve("stream:a")))
          .isInstanceOf(StoreException.class);
      backend.blobs.put(digest, whole);
    }
    assertThat(store.open(store.resolve("stream:a"))).isEqualTo(state(1));
  }

  @Test
  void oneDamagedSnapshotHidesNoOther() throws IOException {
    store.publish(manifest("a", 1), state(1));
    store.publish(manifest("b", 2), state(2));
    String ref = backend.listRefs(manifest("a", 1).key().prefix()).get(0);
    Digest described = Digest.parse(backend.readRef(ref).orElseThrow());
    byte[] cut = Arrays.copyOf(backend.readBlob(described), 20);
    backend.blobs.put(described, new InMemoryBackend.Blob(cut, NOW));
    List<StoreException> damaged = new ArrayList<>();
    assertThat(store.list(damaged::add)).containsExactly(manifest("b", 2));
    assertThat(damaged).singleElement().isInstanceOf(CorruptBlobException.class);
    assertThat(store.resolve("stream:b")).isEqualTo(manifest("b", 2));
    assertThatThrownBy(() -> store.resolve("stream:a"))
        .as("it may be the damaged one")
        .isInstanceOf(CorruptBlobException.class);
    assertThatThrownBy(() -> new StoreSweep(backend, Duration.ZERO).sweep(NOW.plusSeconds(1)))
        .as("nobody knows what the damaged one refers to")
        .isInstanceOf(CorruptBlobException.class);
  }

  @ParameterizedTest
  @CsvSource({"nonsense", "sha256:12", "''"})
  void refusesARefThatIsNoDigest(String text) throws IOException {
    String ref = manifest("a", 1).key().prefix() + "000000000000001-x";
    backend.compareAndSetRef(ref, Optional.empty(), text.isEmpty() ? "-" : text);
    assertThatThrownBy(() -> store.newest(manifest("a", 1).key()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(ref);
  }

  @Test
  void refusesARefToTheSnapshotOfAnotherStream() throws IOException {
    store.publish(manifest("a", 1), state(1));
    String ref = backend.listRefs("").get(0);
    String forged = manifest("b", 1).key().prefix() + ref.substring(ref.lastIndexOf('/') + 1);
    backend.compareAndSetRef(forged, Optional.empty(), backend.readRef(ref).orElseThrow());
    assertThatThrownBy(() -> store.newest(manifest("b", 1).key()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("stream:a");
  }

  @Test
  void keepsTheNewestAndTheYoung() throws IOException {
    for (int i = 1; i <= 6; i++) {
      store.publish(manifest("a", i), state(i));
    }
    SnapshotKey key = manifest("a", 0).key();
    // They are a minute apart, the last one at NOW + 6 min.
    Instant now = NOW.plus(Duration.ofMinutes(6));
    assertThat(store.retain(key, new SnapshotRetention(2, Duration.ofMinutes(3)), now))
        .isEqualTo(3);
    assertThat(checkpoints(key)).containsExactly(4L, 5L, 6L);
    assertThat(store.retainAll(new SnapshotRetention(1, Duration.ZERO), now)).isEqualTo(2);
    assertThat(checkpoints(key)).containsExactly(6L);
  }

  private List<Long> checkpoints(SnapshotKey key) throws IOException {
    return store.list(key, this::fail).stream().map(SnapshotManifest::checkpointId).toList();
  }

  @Test
  void sweepsWhatNothingRefersToOnceItIsOld() throws IOException {
    new ModelStore(backend, Clock.fixed(NOW, ZoneOffset.UTC))
        .importModel("fashion", MODEL, ModelStoreTest.draft());
    store.publish(manifest("a", 1), state(1));
    store.publish(manifest("a", 2), state(2));
    Digest justPut = backend.putBlob(new byte[] {7});
    store.retainAll(new SnapshotRetention(1, Duration.ZERO), NOW.plusSeconds(3600));
    StoreSweep sweep = new StoreSweep(backend, Duration.ofHours(24));
    assertThat(sweep.sweep(NOW.plus(Duration.ofHours(23)))).isZero();
    assertThat(sweep.sweep(NOW.plus(Duration.ofHours(25)))).as("state, manifest, 7").isEqualTo(3);
    assertThat(backend.listBlobs()).doesNotContain(justPut, Digest.of(state(1)));
    assertThat(store.open(store.resolve("stream:a"))).isEqualTo(state(2));
    assertThat(store.openModel(store.resolve("stream:a"))).isEqualTo(MODEL);
  }

  @Test
  void sweepsNothingBesideRefsItDoesNotKnow() throws IOException {
    backend.compareAndSetRef("later/kind", Optional.empty(), Digest.of(MODEL).toString());
    backend.putBlob(MODEL);
    assertThatThrownBy(() -> new StoreSweep(backend, Duration.ZERO).sweep(NOW.plusSeconds(1)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("later/kind");
    assertThat(backend.listBlobs()).hasSize(1);
  }

  /** Streams of any name, published in any order, twice, with retention between. */
  @Test
  void everyStreamHasItsOwnHistory() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("SnapshotStoreTest: seed " + seed);
    Random random = new Random(seed);
    List<String> names =
        new ArrayList<>(List.of("", "a", "A", "ä", "a_b", "a/b", "..", "x".repeat(500)));
    for (int i = 0; i < 40; i++) {
      char[] name = new char[random.nextInt(60)];
      for (int c = 0; c < name.length; c++) {
        // Surrogates without a partner among them.
        name[c] =
            (char) (random.nextBoolean() ? random.nextInt(0x10000) : 'A' + random.nextInt(60));
      }
      names.add(new String(name));
    }
    Map<String, TreeSet<Integer>> published = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      String name = names.get(random.nextInt(names.size()));
      int checkpoint = 1 + random.nextInt(20);
      boolean fresh = published.computeIfAbsent(name, n -> new TreeSet<>()).add(checkpoint);
      assertThat(store.publish(manifest(name, checkpoint), state(checkpoint)))
          .as("seed %d, %s", seed, name)
          .isEqualTo(fresh);
    }
    for (Map.Entry<String, TreeSet<Integer>> stream : published.entrySet()) {
      SnapshotKey key = manifest(stream.getKey(), 1).key();
      assertThat(store.newest(key)).contains(manifest(stream.getKey(), stream.getValue().last()));
      assertThat(checkpoints(key))
          .as("seed %d", seed)
          .containsExactlyElementsOf(stream.getValue().stream().map(Integer::longValue).toList());
    }
    assertThat(backend.listRefs(""))
        .as("on file systems that do not tell upper from lower case")
        .allSatisfy(ref -> assertThat(ref).isLowerCase());
  }

  @Test
  void keysOfDifferentScopesDoNotMeet() throws IOException {
    SnapshotManifest stream = manifest("all", 1);
    SnapshotManifest group = of(null, "all", 1, Digest.of(MODEL));
    SnapshotManifest all = of(null, null, 1, Digest.of(MODEL));
    for (SnapshotManifest manifest : List.of(stream, group, all)) {
      assertThat(store.publish(manifest, state(1))).isTrue();
      assertThat(store.newest(manifest.key())).contains(manifest);
    }
    assertThat(store.resolve("all")).isEqualTo(all);
    assertThat(store.resolve("group:all")).isEqualTo(group);
  }

  private void fail(StoreException damaged) {
    throw new AssertionError(damaged);
  }

  private static byte[] state(int content) {
    return new byte[] {1, 2, 3, 4, 5, 6, 7, 8, (byte) content};
  }

  private static SnapshotManifest manifest(String stream, int checkpoint) {
    return manifest(stream, checkpoint, Digest.of(MODEL));
  }

  private static SnapshotManifest manifest(String stream, int checkpoint, Digest model) {
    return of(stream, null, checkpoint, model);
  }

  private static SnapshotManifest of(String stream, String group, int checkpoint, Digest model) {
    return new SnapshotManifest(
        SnapshotManifest.FORMAT,
        Digest.of(state(checkpoint)),
        state(checkpoint).length,
        null,
        model,
        "unmix-tns",
        Map.of("normalization.components", "4"),
        7,
        "0123",
        "job",
        stream,
        group,
        10L * checkpoint,
        checkpoint,
        Map.of("movement-ratio", 0.5),
        NOW.plus(Duration.ofMinutes(checkpoint)));
  }
}
