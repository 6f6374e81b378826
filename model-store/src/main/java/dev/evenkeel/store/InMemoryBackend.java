package dev.evenkeel.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps everything in memory, for tests and trials. */
public final class InMemoryBackend implements StorageBackend {
  /** Open to the tests of this package, which damage it. */
  final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();

  private final Map<String, String> refs = new ConcurrentSkipListMap<>();

  @Override
  public Digest putBlob(byte[] content) {
    Digest digest = Digest.of(content);
    blobs.put(digest, content.clone());
    return digest;
  }

  @Override
  public byte[] readBlob(Digest digest) throws StoreException {
    byte[] content = blobs.get(digest);
    if (content == null) {
      throw new NotFoundException("no blob %s in memory".formatted(digest));
    }
    return digest.verify(content.clone(), "blob in memory");
  }

  @Override
  public List<Digest> listBlobs() {
    return List.copyOf(blobs.keySet());
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
  public List<String> listRefs(String prefix) {
    return refs.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  @Override
  public boolean supportsCompareAndSet() {
    return true;
  }
}
