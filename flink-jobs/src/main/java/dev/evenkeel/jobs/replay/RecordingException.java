package dev.evenkeel.jobs.replay;

/** Recorded data is wrong; the message names the file, what was found and what was expected. */
public final class RecordingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RecordingException(String message) {
    super(message);
  }
}
