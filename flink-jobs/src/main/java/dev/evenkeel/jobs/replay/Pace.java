package dev.evenkeel.jobs.replay;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Keeps an even rate: the record at position p is let through p / rate seconds after the first. */
public final class Pace implements LongConsumer {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final double rate;
  private long start;

  /**
   * A pace that begins with its first record.
   *
   * @param rate records per second, above 0
   */
  public Pace(double rate) {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("The rate is " + rate + ", expected above 0");
    }
    this.rate = rate;
  }

  /** Waits until the record at that position is due. */
  @Override
  public void accept(long position) {
    if (position == 0) {
      start = System.nanoTime();
    }
    long due = start + (long) (position / rate * NANOS);
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }
}
