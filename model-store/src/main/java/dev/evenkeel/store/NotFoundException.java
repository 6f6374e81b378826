package dev.evenkeel.store;

/** What was asked for is not in the store. */
public final class NotFoundException extends StoreException {
  public NotFoundException(String message) {
    super(message);
  }
}
