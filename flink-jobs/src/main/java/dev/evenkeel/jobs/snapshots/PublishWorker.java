package dev.evenkeel.jobs.snapshots;

import dev.evenkeel.store.Digest;
import dev.evenkeel.store.SnapshotStore;
import dev.evenkeel.store.StorageBackend;
import dev.evenkeel.store.StoreException;
import dev.evenkeel.store.StoreSweep;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots to the store on a thread of its own, one after the other, so that no stream ever
 * waits for the store. While it cannot be reached the same snapshot is tried again, with pauses
 * that grow to half a minute.
 */
final class PublishWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PublishWorker.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration SWEEP_INTERVAL = Duration.ofHours(1);

  /** Longer than any outage of a store that writers survive with what they have put. */
  private static final Duration GRACE = Duration.ofHours(24);

  /** What became of a snapshot. */
  enum Result {
    PUBLISHED,
    REPEATED,
    REFUSED,
    RETRIED
  }

  /**
   * A snapshot, and what became of it.
   *
   * @param problem why it was not published; empty if it was
   */
  record Done(SnapshotDraft draft, Result result, String problem) {}

  private final PublishOptions options;
  private final Clock clock;
  private final boolean sweeps;
  private final BlockingQueue<SnapshotDraft> queue = new LinkedBlockingQueue<>();
  private final Queue<Done> done = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean ending;
  private volatile boolean troubled;
  private Optional<StorageBackend> backend = Optional.empty();
  private boolean modelPut;
  private Instant sweepAt;

  /**
   * @param name of the thread
   * @param sweeps whether this one removes blobs that nothing refers to
   */
  PublishWorker(PublishOptions options, Clock clock, boolean sweeps, String name) {
    this.options = options;
    this.clock = clock;
    this.sweeps = sweeps;
    this.sweepAt = clock.instant().plus(SWEEP_INTERVAL);
    thread = new Thread(this::work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Publishes it in its turn. */
  void publish(SnapshotDraft draft) {
    queue.add(draft);
  }

  /** What has become of the next one; null if nothing has. */
  Done poll() {
    return done.poll();
  }

  private void work() {
    try {
      while (!ending || !queue.isEmpty()) {
        SnapshotDraft draft = queue.poll(100, TimeUnit.MILLISECONDS);
        if (draft != null) {
          finish(draft);
        }
      }
    } catch (InterruptedException e) {
      // Closed while the store could not be reached: what is left lies in a checkpoint.
      Thread.currentThread().interrupt();
    }
  }

  private void finish(SnapshotDraft draft) throws InterruptedException {
    Duration pause = SHORTEST_PAUSE;
    while (true) {
      try {
        boolean fresh = attempt(draft);
        if (troubled) {
          LOG.info("The model store {} can be reached again", options.place());
          troubled = false;
        }
        done.add(new Done(draft, fresh ? Result.PUBLISHED : Result.REPEATED, ""));
        return;
      } catch (StoreException | IllegalArgumentException e) {
        LOG.warn(
            "The model store {} refuses the snapshot of {} at checkpoint {}: {}; it is given up",
            options.place(),
            draft.manifest().key().label(),
            draft.checkpoint(),
            e.getMessage());
        done.add(new Done(draft, Result.REFUSED, String.valueOf(e.getMessage())));
        return;
      } catch (IOException | RuntimeException e) {
        // File systems report trouble by both.
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedException("Closed while writing to " + options.place());
        }
        backend = Optional.empty();
        if (!troubled) {
          LOG.warn(
              "The model store {} cannot be reached: {}; streams go on, snapshots wait and are tried"
                  + " again",
              options.place(),
              e.toString());
          troubled = true;
        }
        done.add(new Done(draft, Result.RETRIED, e.toString()));
        Thread.sleep(pause.toMillis());
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
    }
  }

  private boolean attempt(SnapshotDraft draft) throws IOException {
    if (backend.isEmpty()) {
      backend = Optional.of(options.store().open());
    }
    SnapshotStore store = new SnapshotStore(backend.get());
    putModel(store, draft);
    boolean fresh = store.publish(draft.manifest(), draft.state());
    tidy(store, draft);
    return fresh;
  }

  /** Forgets what is not to be kept; trouble with that takes nothing back. */
  private void tidy(SnapshotStore store, SnapshotDraft draft) throws IOException {
    Instant now = clock.instant();
    try {
      store.retain(draft.manifest().key(), options.retention(), now);
      if (sweeps && !now.isBefore(sweepAt)) {
        sweepAt = now.plus(SWEEP_INTERVAL);
        int removed = new StoreSweep(backend.orElseThrow(), GRACE).sweep(now);
        LOG.info("Removed {} blobs of {} that nothing refers to", removed, options.place());
      }
    } catch (StoreException e) {
      LOG.warn("The model store {} is not tidied: {}", options.place(), e.getMessage());
    }
  }

  /** Once, so that snapshots can be exported from the store alone. */
  private void putModel(SnapshotStore store, SnapshotDraft draft) throws IOException {
    if (modelPut) {
      return;
    }
    byte[] model = options.model().read();
    if (Digest.of(model).equals(draft.manifest().modelDigest())) {
      store.putModel(model);
      modelPut = true;
    }
  }

  /** Publishes what is left, unless the store cannot be reached. */
  void close(Duration patience) throws InterruptedException {
    ending = true;
    long deadline = System.nanoTime() + patience.toNanos();
    while (thread.isAlive() && !troubled && System.nanoTime() < deadline) {
      thread.join(50);
    }
    close();
  }

  @Override
  public void close() {
    ending = true;
    thread.interrupt();
  }
}
