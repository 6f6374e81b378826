package dev.evenkeel.store;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a store keeps its bytes: immutable blobs by digest, and refs, short texts that can move.
 * Implementations are safe for concurrent use, also by several processes where the medium allows
 * it, and pass {@code StorageBackendContract} (test-jar of this module).
 */
public interface StorageBackend {
  /**
   * Keeps {@code content} and returns its digest. Readers see all of it or nothing, also after a
   * crash. Putting the same content again changes nothing, except that a damaged copy is replaced
   * and that the blob counts as put now: {@link #removeBlob} leaves what was put lately.
   */
  Digest putBlob(byte[] content) throws IOException;

  /**
   * The content with this digest, verified.
   *
   * @throws NotFoundException if it is not there
   * @throws CorruptBlobException if the stored bytes have another digest
   */
  byte[] readBlob(Digest digest) throws IOException;

  /** All blobs in no particular order. */
  List<Digest> listBlobs() throws IOException;

  /**
   * Removes a blob, unless it was put since. Where {@link #supportsCompareAndSet} holds, a put that
   * comes between the look at the time and the removal is not lost.
   *
   * @param before a blob last put at this time or later stays
   * @return whether a blob was removed; false if it is not there either
   */
  boolean removeBlob(Digest digest, Instant before) throws IOException;

  /**
   * The text of a ref, empty if there is none of that name.
   *
   * @throws IllegalArgumentException if {@code name} breaks the rules of {@link RefNames}
   */
  Optional<String> readRef(String name) throws IOException;

  /**
   * Sets a ref if its text is {@code expected}. Once this returns true, every later read sees the
   * new text, also after a crash.
   *
   * @param expected text the ref must have now, empty if it must not exist yet
   * @param text new text, at most 1,000 characters on one line
   * @return whether the ref was set; false leaves everything as it was
   * @throws IllegalArgumentException if {@code name} breaks the rules of {@link RefNames}
   */
  boolean compareAndSetRef(String name, Optional<String> expected, String text) throws IOException;

  /**
   * Removes a ref if its text is {@code expected}.
   *
   * @return whether the ref was removed; false leaves everything as it was
   * @throws IllegalArgumentException if {@code name} breaks the rules of {@link RefNames}
   */
  boolean removeRef(String name, String expected) throws IOException;

  /** Names of all refs that start with {@code prefix}, sorted. */
  List<String> listRefs(String prefix) throws IOException;

  /**
   * Whether {@link #compareAndSetRef} decides between concurrent writers. Where it does not (most
   * object stores), it still compares, and the caller must see to one writer per ref.
   */
  boolean supportsCompareAndSet();
}
