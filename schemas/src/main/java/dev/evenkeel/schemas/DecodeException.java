package dev.evenkeel.schemas;

import java.io.IOException;
import java.util.Objects;

/** A record that cannot be read or contradicts itself: for the dead-letter topic. */
public final class DecodeException extends IOException {
  private final RejectionReason reason;
  private final String detail;

  /**
   * @param reason category that is counted
   * @param detail what was found, what was expected and what to do, for people
   */
  public DecodeException(RejectionReason reason, String detail) {
    super(reason.label() + ": " + detail);
    this.reason = reason;
    this.detail = Objects.requireNonNull(detail, "detail");
  }

  /** Category that is counted. */
  public RejectionReason reason() {
    return reason;
  }

  /** What was found, what was expected and what to do, without the reason. */
  public String detail() {
    return detail;
  }
}
