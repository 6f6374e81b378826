package dev.evenkeel.jobs.registry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Numbers that the registry did not know a moment ago, so that a topic full of one of them does not
 * ask for each record. They are forgotten soon, since a number that nobody knows may be given yet.
 */
final class UnknownIds {
  private static final int MAX_IDS = 1000;
  private static final long KEPT_NANOS = Duration.ofSeconds(10).toNanos();

  private final LongSupplier nanoTime;
  private final Map<Integer, Long> seen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
          return size() > MAX_IDS;
        }
      };

  UnknownIds(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void add(int id) {
    seen.put(id, nanoTime.getAsLong());
  }

  boolean contains(int id) {
    Long since = seen.get(id);
    if (since == null) {
      return false;
    }
    if (nanoTime.getAsLong() - since < KEPT_NANOS) {
      return true;
    }
    seen.remove(id);
    return false;
  }
}
