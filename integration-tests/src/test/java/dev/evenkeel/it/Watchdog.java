package dev.evenkeel.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Watches a row of calls, made in a thread of their own, and notices one that does not return: no
 * measurement behind the call could. Patience is counted in looks and not by the clock, so that a
 * pause of the whole process is no hang.
 */
final class Watchdog {
  private static final int LOOKS = 100;

  private final long seed;
  private final Duration patience;
  private volatile Call current = new Call("the beginning", 0);

  /**
   * @param seed that the calls are made from, for the message
   * @param patience with one call
   */
  Watchdog(long seed, Duration patience) {
    this.seed = seed;
    this.patience = patience;
  }

  private record Call(String what, int index) {}

  /** Tells that the next call of the row begins, and the one before has returned. */
  void begins(String what, int index) {
    current = new Call(what, index);
  }

  /**
   * Makes the row of calls.
   *
   * @return what it returns
   * @throws AssertionError naming seed and index of a call that does not return; the thread that is
   *     in it is interrupted, and left behind where that does not help
   * @throws Exception what the row throws
   */
  <T> T watch(Callable<T> row) throws Exception {
    FutureTask<T> task = new FutureTask<>(row);
    Thread thread = new Thread(task, "watched");
    thread.setDaemon(true);
    thread.start();
    try {
      return await(task, thread);
    } finally {
      thread.interrupt();
    }
  }

  private <T> T await(FutureTask<T> task, Thread thread) throws Exception {
    Call seen = current;
    int looks = 0;
    while (true) {
      try {
        return task.get(patience.toNanos() / LOOKS, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        Call now = current;
        looks = now.equals(seen) ? looks + 1 : 0;
        seen = now;
        if (looks == LOOKS) {
          throw hanging(now, thread);
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (Exception) e.getCause();
      }
    }
  }

  private AssertionError hanging(Call call, Thread thread) {
    Throwable where = new Throwable("where it hangs");
    where.setStackTrace(thread.getStackTrace());
    return new AssertionError(
        "%s %d of seed %d does not return within %d ms"
            .formatted(call.what(), call.index(), seed, patience.toMillis()),
        where);
  }
}
