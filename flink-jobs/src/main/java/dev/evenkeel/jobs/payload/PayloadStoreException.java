package dev.evenkeel.jobs.payload;

/**
 * A store of payloads that does not answer. No fault of the sample: it is to stop the job, which
 * begins again at its last checkpoint.
 */
public final class PayloadStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** As it was told by another thread. */
  public PayloadStoreException(String message) {
    super(message);
  }

  PayloadStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
