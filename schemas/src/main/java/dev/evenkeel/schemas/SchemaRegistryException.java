package dev.evenkeel.schemas;

/**
 * A schema registry that cannot be asked. No fault of the record in hand: who reads on without it
 * loses records, so this is to stop the job, which begins again at its last checkpoint.
 */
public final class SchemaRegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SchemaRegistryException(String message) {
    super(message);
  }

  public SchemaRegistryException(String message, Throwable cause) {
    super(message, cause);
  }
}
