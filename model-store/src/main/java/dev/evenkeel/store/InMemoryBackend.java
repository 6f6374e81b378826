package dev.evenkeel.store;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps everything in memory, for tests and trials. */
public final class InMemoryBackend implements StorageBackend {
  /** Open to the tests of this package, which damage it. */
  final Map<Digest, Blob> blobs = new ConcurrentHashMap<>();

  private final Map<String, String> refs = new ConcurrentSkipListMap<>();
  private final Clock clock;

  /** Some bytes, and when they were put last. */
  @SuppressWarnings("ArrayRecordComponent") // Kept, never compared.
  record Blob(byte[] content, Instant put) {}

  public InMemoryBackend() {
    this(Clock.systemUTC());
  }

  /**
   * @param clock tells when a blob is put
   */
  public InMemoryBackend(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Digest putBlob(byte[] content) {
    Digest digest = Digest.of(content);
    blobs.put(digest, new Blob(content.clone(), clock.instant()));
    return digest;
  }

  @Override
  public byte[] readBlob(Digest digest) throws StoreException {
    Blob blob = blobs.get(digest);
    if (blob == null) {
      throw new NotFoundException("no blob %s in memory".formatted(digest));
    }
    return digest.verify(blob.content().clone(), "blob in memory");
  }

  @Override
  public List<Digest> listBlobs() {
    return List.copyOf(blobs.keySet());
  }

  @Override
  public boolean removeBlob(Digest digest, Instant before) {
    Blob found = blobs.get(digest);
    return found != null && found.put().isBefore(before) && blobs.remove(digest, found);
  }

  @Override
  public Optional<String> readRef(String name) {
    return Optional.ofNullable(refs.get(RefNames.require(name)));
  }

  @Override
  public boolean compareAndSetRef(String name, Optional<String> expected, String text) {
    RefNames.require(name);
    RefNames.requireText(text);
    return expected.isPresent()
        ? refs.replace(name, expected.get(), text)
        : refs.putIfAbsent(name, text) == null;
  }

  @Override
  public boolean removeRef(String name, String expected) {
    return refs.remove(RefNames.require(name), expected);
  }

  @Override
  public List<String> listRefs(String prefix) {
    return refs.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  @Override
  public boolean supportsCompareAndSet() {
    return true;
  }
}
