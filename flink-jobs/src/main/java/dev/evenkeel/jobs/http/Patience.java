package dev.evenkeel.jobs.http;

import dev.evenkeel.schemas.DecodeException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Asks again where nobody answered, after 100 ms, then twice as long each time up to 5 s, for a
 * limited time in all.
 */
public final class Patience {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Duration limit;
  private final LongSupplier nanoTime;
  private final Pause pause;

  /**
   * @param limit after which it gives up; zero asks once
   * @param nanoTime clock in nanoseconds
   */
  public Patience(Duration limit, LongSupplier nanoTime, Pause pause) {
    this.limit = limit;
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /** With the machine's clock. */
  public static Patience of(Duration limit) {
    return new Patience(limit, System::nanoTime, time -> Thread.sleep(time.toMillis()));
  }

  /** Waits. */
  @FunctionalInterface
  public interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  /**
   * A question whose {@link IOException} means that nobody answered; but a {@link DecodeException}
   * is an answer.
   */
  @FunctionalInterface
  public interface Question<T> {
    T ask() throws IOException, InterruptedException;
  }

  /**
   * The first answer.
   *
   * @throws IOException of the last attempt
   */
  public <T> T ask(Question<T> question) throws IOException, InterruptedException {
    long end = nanoTime.getAsLong() + limit.toNanos();
    Duration time = FIRST_PAUSE;
    while (true) {
      try {
        return question.ask();
      } catch (DecodeException e) {
        throw e;
      } catch (IOException e) {
        if (nanoTime.getAsLong() + time.toNanos() >= end) {
          throw e;
        }
        pause.of(time);
        time = time.multipliedBy(2);
        if (time.compareTo(LONGEST_PAUSE) > 0) {
          time = LONGEST_PAUSE;
        }
      }
    }
  }
}
