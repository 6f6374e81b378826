package dev.evenkeel.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.schemas.RejectionReason;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
  private final RefusalLog log = new RefusalLog();

  @Test
  void tellsOfTheFirstOfEachReasonOnly() {
    assertThat(log.note(RejectionReason.WRONG_SHAPE, record(0))).isTrue();
    assertThat(log.note(RejectionReason.WRONG_SHAPE, record(1))).isFalse();
    assertThat(log.note(RejectionReason.TRUNCATED, record(2))).isTrue();
    assertThat(log.note(RejectionReason.WRONG_SHAPE, record(3))).isFalse();
  }

  private static RawRecord record(long offset) {
    return new RawRecord("samples", 0, offset, 0, null, new byte[] {1});
  }
}
