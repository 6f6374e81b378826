package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  /** For calls that return: a limit for broken builds. */
  private final Watchdog patient = new Watchdog(23, Waiting.LIMIT);

  private final Watchdog hasty = new Watchdog(23, Duration.ofMillis(100));

  @Test
  void namesACallThatBlocks() {
    CountDownLatch never = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                hasty.watch(
                    () -> {
                      for (int i = 0; i < 10; i++) {
                        hasty.begins("record", i);
                        if (i == 7) {
                          never.await();
                        }
                      }
                      return null;
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("record 7 of seed 23 does not return within 100 ms")
        .cause()
        .satisfies(
            where ->
                assertThat(where.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(getClass().getName())));
  }

  @Test
  void namesACallThatComputesWithoutEnd() {
    AtomicBoolean end = new AtomicBoolean();
    try {
      assertThatThrownBy(
              () ->
                  hasty.watch(
                      () -> {
                        hasty.begins("model", 3);
                        while (!end.get()) {
                          Thread.onSpinWait();
                        }
                        return null;
                      }))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("model 3 of seed 23 does not return");
    } finally {
      end.set(true);
    }
  }

  @Test
  void callsThatReturnAreLeftInPeace() throws Exception {
    int sum =
        patient.watch(
            () ->
                IntStream.range(0, 100_000)
                    .peek(i -> patient.begins("record", i))
                    .map(i -> i % 2)
                    .sum());
    assertThat(sum).isEqualTo(50_000);
  }

  @Test
  void whatTheRowThrowsIsThrown() {
    AssertionError error = new AssertionError("not so");
    assertThatThrownBy(
            () ->
                patient.watch(
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
    IOException exception = new IOException("not there");
    assertThatThrownBy(
            () ->
                patient.watch(
                    () -> {
                      throw exception;
                    }))
        .isSameAs(exception);
  }
}
