package dev.evenkeel.store.testing;

import dev.evenkeel.store.Digest;
import dev.evenkeel.store.StorageBackend;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A backend whose medium takes so many writes more and then refuses them. */
public final class FailingBackend implements StorageBackend {
  private final StorageBackend inner;
  private volatile int writesLeft;

  public FailingBackend(StorageBackend inner, int writesLeft) {
    this.inner = inner;
    this.writesLeft = writesLeft;
  }

  /** Lets it take so many writes from now on. */
  public void allow(int writes) {
    writesLeft = writes;
  }

  private synchronized void write() throws IOException {
    if (writesLeft == 0) {
      throw new IOException("disk full");
    }
    writesLeft--;
  }

  @Override
  public Digest putBlob(byte[] content) throws IOException {
    write();
    return inner.putBlob(content);
  }

  @Override
  public byte[] readBlob(Digest digest) throws IOException {
    return inner.readBlob(digest);
  }

  @Override
  public List<Digest> listBlobs() throws IOException {
    return inner.listBlobs();
  }

  @Override
  public boolean removeBlob(Digest digest, Instant before) throws IOException {
    write();
    return inner.removeBlob(digest, before);
  }

  @Override
  public Optional<String> readRef(String name) throws IOException {
    return inner.readRef(name);
  }

  @Override
  public boolean compareAndSetRef(String name, Optional<String> expected, String text)
      throws IOException {
    write();
    return inner.compareAndSetRef(name, expected, text);
  }

  @Override
  public boolean removeRef(String name, String expected) throws IOException {
    write();
    return inner.removeRef(name, expected);
  }

  @Override
  public List<String> listRefs(String prefix) throws IOException {
    return inner.listRefs(prefix);
  }

  @Override
  public boolean supportsCompareAndSet() {
    return inner.supportsCompareAndSet();
  }
}
