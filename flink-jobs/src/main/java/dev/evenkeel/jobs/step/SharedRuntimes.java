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
  private static final Map<RuntimeFactory, Shared> OPEN = new HashMap<>();

  private static final class Shared {
    final ProgramRuntime runtime;
    int users;

    Shared(ProgramRuntime runtime) {
      this.runtime = runtime;
    }
  }

  private SharedRuntimes() {}

  /** The runtime of that factory; give it back with {@link #release}. */
  static synchronized ProgramRuntime acquire(RuntimeFactory factory) {
    Shared shared = OPEN.get(factory);
    if (shared == null) {
      shared = new Shared(factory.open());
      OPEN.put(factory, shared);
      LOG.info("Opened {} for model {}", shared.runtime.description(), factory.modelVersion());
    }
    shared.users++;
    return shared.runtime;
  }

  static synchronized void release(RuntimeFactory factory) {
    Shared shared = OPEN.get(factory);
    shared.users--;
    if (shared.users == 0) {
      OPEN.remove(factory);
      shared.runtime.close();
    }
  }

  static synchronized int open() {
    return OPEN.size();
  }
}
