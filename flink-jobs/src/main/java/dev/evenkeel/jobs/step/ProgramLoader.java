package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.control.ProgramSpec;
import dev.evenkeel.jobs.store.StoreLocation;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads programs and lets them answer a batch, on a thread of its own. A store that cannot be
 * reached is tried again until it can.
 */
final class ProgramLoader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramLoader.class);
  private static final long PAUSE_MILLIS = 1000;
  private static final long PATIENCE_SECONDS = 30;

  private final ProgramFactory own;
  private final Optional<StoreLocation> store;
  private final int warmUp;
  private final Map<ProgramSpec, Future<LoadedProgram>> loading = new LinkedHashMap<>();
  private ExecutorService thread;

  /**
   * What came of loading a program: one of the two is there.
   *
   * @param problem why it cannot serve
   */
  record Result(ProgramSpec program, Optional<LoadedProgram> loaded, Optional<String> problem) {}

  /**
   * @param own program of the job file; others are run as it is
   * @param store of models
   * @param warmUp samples that a program answers before it serves
   */
  ProgramLoader(ProgramFactory own, Optional<StoreLocation> store, int warmUp) {
    this.own = own;
    this.store = store;
    this.warmUp = warmUp;
  }

  /** Loads a program and waits for it. */
  LoadedProgram load(ProgramSpec program) {
    return LoadedProgram.load(factory(program));
  }

  private ProgramFactory factory(ProgramSpec program) {
    if (program.equals(own.spec())) {
      return own;
    }
    if (program.model().equals(own.modelVersion())) {
      return own.with(program, own.model());
    }
    StoreLocation place =
        store.orElseThrow(
            () ->
                new IllegalStateException(
                    "The model "
                        + program.model()
                        + " serves by a command, but the job has no store to read it from; set"
                        + " control.store to the one that it was swapped from"));
    return own.with(program, ModelFile.inStore(place, program.model()));
  }

  /** Begins to load a program, unless that has begun. */
  void begin(ProgramSpec program) {
    if (thread == null) {
      thread =
          Executors.newSingleThreadExecutor(
              task -> {
                Thread made = new Thread(task, "evenkeel-load-programs");
                made.setDaemon(true);
                return made;
              });
    }
    loading.computeIfAbsent(program, wanted -> thread.submit(() -> loadPatiently(wanted)));
  }

  private LoadedProgram loadPatiently(ProgramSpec program) throws InterruptedException {
    while (true) {
      try {
        LoadedProgram found = load(program);
        try {
          found.warmUp(warmUp);
          return found;
        } catch (RuntimeException | Error e) {
          found.close();
          throw e;
        }
      } catch (UncheckedIOException e) {
        LOG.warn("{}; streams stay with what they have, it is tried again", e.getMessage());
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  boolean isIdle() {
    return loading.isEmpty();
  }

  /** What was loaded since the last call. */
  List<Result> finished() {
    List<Result> finished = new ArrayList<>();
    Iterator<Map.Entry<ProgramSpec, Future<LoadedProgram>>> each = loading.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<ProgramSpec, Future<LoadedProgram>> entry = each.next();
      if (entry.getValue().isDone()) {
        each.remove();
        finished.add(result(entry.getKey(), entry.getValue()));
      }
    }
    return finished;
  }

  /** Waits for a program; empty if nobody loads it. */
  Optional<Result> await(ProgramSpec program) {
    return Optional.ofNullable(loading.remove(program)).map(found -> result(program, found));
  }

  private static Result result(ProgramSpec program, Future<LoadedProgram> future) {
    try {
      return new Result(program, Optional.of(future.get()), Optional.empty());
    } catch (ExecutionException e) {
      LOG.error("The model {} cannot serve", program.model(), e.getCause());
      return new Result(program, Optional.empty(), Optional.of(e.getCause().toString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Closed while loading " + program.model(), e);
    }
  }

  @Override
  public void close() {
    if (thread == null) {
      return;
    }
    thread.shutdownNow();
    try {
      // What has not begun never will; what has is over soon.
      if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A program is still being loaded; it is left to itself");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    finished().forEach(result -> result.loaded().ifPresent(LoadedProgram::close));
    loading.clear();
  }
}
