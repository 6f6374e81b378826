package dev.evenkeel.store;

import dev.evenkeel.store.testing.StorageBackendContract;
import java.time.Instant;

class InMemoryBackendTest extends StorageBackendContract {
  private final InMemoryBackend backend = new InMemoryBackend();

  @Override
  protected StorageBackend newBackend() {
    return backend;
  }

  @Override
  protected void damage(Digest digest, byte[] content) {
    backend.blobs.put(digest, new InMemoryBackend.Blob(content, Instant.now()));
  }
}
