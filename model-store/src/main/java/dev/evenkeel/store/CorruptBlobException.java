package dev.evenkeel.store;

/** Stored bytes are no longer those that were put in. */
public final class CorruptBlobException extends StoreException {
  public CorruptBlobException(String message) {
    super(message);
  }
}
