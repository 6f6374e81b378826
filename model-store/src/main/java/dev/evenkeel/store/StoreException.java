package dev.evenkeel.store;

import java.io.IOException;

/** The store cannot do what was asked. */
public class StoreException extends IOException {
  public StoreException(String message) {
    super(message);
  }
}
