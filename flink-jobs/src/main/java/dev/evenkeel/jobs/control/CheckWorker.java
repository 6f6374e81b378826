package dev.evenkeel.jobs.control;

import dev.evenkeel.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one check at a time on a thread of its own. While a store cannot be reached it is tried
 * again, for half a minute.
 */
final class CheckWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckWorker.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "evenkeel-check-orders");
            made.setDaemon(true);
            return made;
          });
  private Future<Done> running;

  /**
   * What came of a check.
   *
   * @param orders empty if it was refused
   * @param problem why; empty if it was not
   * @param isUnreachable whether that may be otherwise another time
   */
  record Done(List<Order> orders, Optional<String> problem, boolean isUnreachable) {}

  boolean isBusy() {
    return running != null;
  }

  void start(Callable<List<Order>> check) {
    running = thread.submit(() -> patiently(check));
  }

  /** The result, once; empty while there is none. */
  Optional<Done> poll() {
    return running != null && running.isDone() ? Optional.of(await()) : Optional.empty();
  }

  /** The result, as soon as there is one. */
  Done await() {
    try {
      return running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Closed during a check of a command", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A check of a command failed", e.getCause());
    } finally {
      running = null;
    }
  }

  private static Done patiently(Callable<List<Order>> check) throws InterruptedException {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return new Done(check.call(), Optional.empty(), false);
      } catch (StoreException e) {
        return refused(e);
      } catch (IOException | UncheckedIOException e) {
        if (System.nanoTime() > limit) {
          String problem =
              "the model store cannot be reached: %s; nothing changes, send the command again"
                  .formatted(e.getMessage());
          return new Done(List.of(), Optional.of(problem), true);
        }
        LOG.info("The model store cannot be reached, it is tried again: {}", e.toString());
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | LinkageError | StackOverflowError e) {
        return refused(e);
      }
    }
  }

  private static Done refused(Throwable e) {
    LOG.info("A command is refused", e);
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return new Done(List.of(), Optional.of(message.replace('\n', ' ')), false);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
