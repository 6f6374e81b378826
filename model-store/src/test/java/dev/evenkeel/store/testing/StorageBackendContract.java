package dev.evenkeel.store.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.evenkeel.store.CorruptBlobException;
import dev.evenkeel.store.Digest;
import dev.evenkeel.store.NotFoundException;
import dev.evenkeel.store.StorageBackend;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link StorageBackend} must do. Extend it with one class per backend. */
public abstract class StorageBackendContract {
  private static final int THREADS = 4;
  private static final int ROUNDS = 50;
  private static final Duration HOUR = Duration.ofHours(1);

  private final Instant hourAgo = Instant.now().minus(HOUR);
  private final Instant inAnHour = Instant.now().plus(HOUR);

  private StorageBackend backend;

  /** A new backend without content. */
  protected abstract StorageBackend newBackend() throws IOException;

  /** Replaces the stored bytes of a blob behind the backend's back. */
  protected abstract void damage(Digest digest, byte[] content) throws IOException;

  @BeforeEach
  final void openBackend() throws IOException {
    backend = newBackend();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000})
  void returnsWhatWasPut(int length) throws IOException {
    byte[] content = content(length);
    Digest digest = backend.putBlob(content);
    assertThat(digest).isEqualTo(Digest.of(content));
    assertThat(backend.readBlob(digest)).isEqualTo(content);
    assertThat(backend.listBlobs()).containsExactly(digest);
  }

  @Test
  void puttingTwiceIsPuttingOnce() throws IOException {
    assertThat(backend.putBlob(content(10))).isEqualTo(backend.putBlob(content(10)));
    assertThat(backend.listBlobs()).hasSize(1);
  }

  @Test
  void keepsItsOwnCopy() throws IOException {
    byte[] content = content(10);
    Digest digest = backend.putBlob(content);
    content[0]++;
    backend.readBlob(digest)[1]++;
    assertThat(backend.readBlob(digest)).isEqualTo(content(10));
  }

  @Test
  void refusesAFlippedBit() throws IOException {
    Digest digest = backend.putBlob(content(1000));
    byte[] flipped = content(1000);
    flipped[500] ^= 1;
    damage(digest, flipped);
    assertDamaged(digest);
  }

  @Test
  void refusesATruncatedBlob() throws IOException {
    Digest digest = backend.putBlob(content(1000));
    damage(digest, Arrays.copyOf(content(1000), 999));
    assertDamaged(digest);
    damage(digest, new byte[0]);
    assertDamaged(digest);
  }

  @Test
  void puttingAgainRepairsADamagedBlob() throws IOException {
    Digest digest = backend.putBlob(content(1000));
    damage(digest, new byte[3]);
    backend.putBlob(content(1000));
    assertThat(backend.readBlob(digest)).isEqualTo(content(1000));
  }

  @Test
  void namesAMissingBlob() {
    Digest digest = Digest.of(content(5));
    assertThatThrownBy(() -> backend.readBlob(digest))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(digest.toString());
  }

  @Test
  void removesABlobThatWasPutBefore() throws IOException {
    Digest digest = backend.putBlob(content(10));
    Digest other = backend.putBlob(content(11));
    assertThat(backend.removeBlob(digest, hourAgo)).as("put since").isFalse();
    assertThat(backend.readBlob(digest)).isEqualTo(content(10));
    assertThat(backend.removeBlob(digest, inAnHour)).isTrue();
    assertThat(backend.removeBlob(digest, inAnHour)).as("not there").isFalse();
    assertThatThrownBy(() -> backend.readBlob(digest)).isInstanceOf(NotFoundException.class);
    assertThat(backend.listBlobs()).containsExactly(other);
    assertThat(backend.putBlob(content(10))).isEqualTo(digest);
    assertThat(backend.readBlob(digest)).isEqualTo(content(10));
  }

  @Test
  void removesARefOnlyIfItIsAsExpected() throws IOException {
    assertThat(backend.removeRef("a/b", "1")).isFalse();
    assertThat(backend.compareAndSetRef("a/b", Optional.empty(), "1")).isTrue();
    assertThat(backend.removeRef("a/b", "2")).isFalse();
    assertThat(backend.readRef("a/b")).contains("1");
    assertThat(backend.removeRef("a/b", "1")).isTrue();
    assertThat(backend.readRef("a/b")).isEmpty();
    assertThat(backend.listRefs("")).isEmpty();
    assertThat(backend.compareAndSetRef("a/b", Optional.empty(), "3")).isTrue();
    assertThatThrownBy(() -> backend.removeRef("../b", "1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writersOfDifferentRefsDoNotContend() throws Exception {
    AtomicInteger writers = new AtomicInteger();
    inParallel(
        () -> {
          int writer = writers.getAndIncrement();
          for (int i = 0; i < ROUNDS; i++) {
            String ref = "by/%d/%d".formatted(writer, i);
            assertThat(backend.compareAndSetRef(ref, Optional.empty(), "x")).isTrue();
          }
          return null;
        });
    assertThat(backend.listRefs("by/")).hasSize(THREADS * ROUNDS);
    assertThat(backend.listRefs("by/1/")).hasSize(ROUNDS);
  }

  /** What one puts again while another removes old blobs is there afterwards. */
  @Test
  void removalLosesNothingThatIsPutAgain() throws Exception {
    assumeTrue(backend.supportsCompareAndSet(), "removal looks at the time, then removes");
    AtomicInteger roles = new AtomicInteger();
    inParallel(
        () -> {
          boolean removes = roles.getAndIncrement() % 2 == 0;
          for (int i = 0; i < ROUNDS; i++) {
            Digest digest = Digest.of(content(i));
            if (removes) {
              backend.removeBlob(digest, hourAgo);
            } else {
              backend.putBlob(content(i));
              assertThat(backend.readBlob(digest)).isEqualTo(content(i));
            }
          }
          return null;
        });
    assertThat(backend.listBlobs()).hasSize(ROUNDS);
  }

  @Test
  void aMissingRefIsEmpty() throws IOException {
    assertThat(backend.readRef("models/a/refs/b")).isEmpty();
    assertThat(backend.listRefs("")).isEmpty();
  }

  @Test
  void setsARefOnlyIfItIsAsExpected() throws IOException {
    String ref = "models/a/refs/b";
    assertThat(backend.compareAndSetRef(ref, Optional.of("0"), "1")).isFalse();
    assertThat(backend.readRef(ref)).isEmpty();
    assertThat(backend.compareAndSetRef(ref, Optional.empty(), "1")).isTrue();
    assertThat(backend.compareAndSetRef(ref, Optional.empty(), "2")).isFalse();
    assertThat(backend.compareAndSetRef(ref, Optional.of("0"), "2")).isFalse();
    assertThat(backend.readRef(ref)).contains("1");
    assertThat(backend.compareAndSetRef(ref, Optional.of("1"), "zwölf")).isTrue();
    assertThat(backend.readRef(ref)).contains("zwölf");
  }

  @Test
  void listsRefsByPrefixInOrder() throws IOException {
    for (String ref : List.of("models/b/1", "models/a/2", "models/a/1", "other")) {
      assertThat(backend.compareAndSetRef(ref, Optional.empty(), "x")).isTrue();
    }
    assertThat(backend.listRefs("models/a/")).containsExactly("models/a/1", "models/a/2");
    assertThat(backend.listRefs(""))
        .containsExactly("models/a/1", "models/a/2", "models/b/1", "other");
    assertThat(backend.listRefs("nothing/")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/../b", "/a", "a/", "a//b", ".hidden", "a\\b", "a b", "ä"})
  void refusesNamesThatCouldLeadElsewhere(String name) {
    assertThatThrownBy(() -> backend.readRef(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> backend.compareAndSetRef(name, Optional.empty(), "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two\nlines"})
  void refusesTextsThatAreNotOneLine(String text) {
    assertThatThrownBy(() -> backend.compareAndSetRef("a", Optional.empty(), text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void concurrentWritersLoseNoUpdate() throws Exception {
    assumeTrue(backend.supportsCompareAndSet(), "one writer per ref");
    inParallel(
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            increment(backend, "counter");
          }
          return null;
        });
    assertThat(backend.readRef("counter")).contains(Integer.toString(THREADS * ROUNDS));
  }

  @Test
  void concurrentWritersOfOneBlobAgree() throws Exception {
    inParallel(
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            assertThat(backend.readBlob(backend.putBlob(content(i)))).isEqualTo(content(i));
          }
          return null;
        });
    assertThat(backend.listBlobs()).hasSize(ROUNDS);
  }

  /** Adds one to the number in a ref, trying until nobody interferes. */
  public static void increment(StorageBackend backend, String ref) throws IOException {
    Optional<String> current;
    String next;
    do {
      current = backend.readRef(ref);
      next = Integer.toString(current.map(Integer::valueOf).orElse(0) + 1);
    } while (!backend.compareAndSetRef(ref, current, next));
  }

  private void assertDamaged(Digest digest) {
    assertThatThrownBy(() -> backend.readBlob(digest))
        .isInstanceOf(CorruptBlobException.class)
        .hasMessageContaining(digest.toString());
  }

  private static void inParallel(Callable<Void> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> copies = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        copies.add(work);
      }
      for (Future<Void> result : threads.invokeAll(copies)) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }
}
