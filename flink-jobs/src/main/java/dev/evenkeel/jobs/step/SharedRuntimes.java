package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.runtime.ProgramRuntime;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One runtime per process (more exactly, per class loader of the job) and program, shared by the
 * operator instances that run it. Opened by the first, closed by the last: an instance gives its
 * share back only after its own session is closed, so nothing is in flight then.
 */
final class SharedRuntimes {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRuntimes.class);
  private static final Map<ProgramFactory, Shared> OPEN = new HashMap<>();

  /** Opened by its first user while others of the same program wait for it, and only those. */
  private static final class Shared {
    private ProgramRuntime runtime;
    private int users;

    private synchronized ProgramRuntime get(ProgramFactory factory) {
      if (runtime == null) {
        runtime = factory.open();
        LOG.info("Opened {} for model {}", runtime.description(), factory.modelVersion());
      }
      return runtime;
    }

    private synchronized void close() {
      if (runtime != null) {
        runtime.close();
      }
    }
  }

  private SharedRuntimes() {}

  /** The runtime of that factory; give it back with {@link #release}. */
  static ProgramRuntime acquire(ProgramFactory factory) {
    Shared shared;
    synchronized (OPEN) {
      shared = OPEN.computeIfAbsent(factory, key -> new Shared());
      shared.users++;
    }
    try {
      return shared.get(factory);
    } catch (RuntimeException | Error e) {
      release(factory);
      throw e;
    }
  }

  static void release(ProgramFactory factory) {
    Shared unused = null;
    synchronized (OPEN) {
      Shared shared = OPEN.get(factory);
      shared.users--;
      if (shared.users == 0) {
        unused = OPEN.remove(factory);
      }
    }
    if (unused != null) {
      unused.close();
    }
  }

  static int open() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }
}
