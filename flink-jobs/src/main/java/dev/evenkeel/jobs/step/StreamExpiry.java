package dev.evenkeel.jobs.step;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which streams are forgotten: those idle for too long, and the longest idle where there are too
 * many. By the clock; or, so that a replay forgets alike, by the gap in a stream's own event times,
 * which is seen when it comes back.
 */
final class StreamExpiry {
  /** Streams looked at to find one that may go; those with open samples may not. */
  private static final int CANDIDATES = 64;

  private final boolean byEventTime;
  private final long idleMillis;
  private final int mostStreams;
  private final Map<String, Boolean> known = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param idleMillis after which a stream is forgotten; 0 for never
   * @param mostStreams that are kept; 0 for no limit
   */
  StreamExpiry(boolean byEventTime, long idleMillis, int mostStreams) {
    this.byEventTime = byEventTime;
    this.idleMillis = idleMillis;
    this.mostStreams = mostStreams;
  }

  /** Whether all streams must be known from the start. */
  boolean countsStreams() {
    return mostStreams > 0;
  }

  /** Takes over the streams that a checkpoint holds. */
  void restore(Map<String, Usage> streams) {
    streams.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<String, Usage> stream) -> stream.getValue().last())
                .thenComparing(Map.Entry::getKey))
        .forEach(stream -> known.put(stream.getKey(), true));
  }

  /** Whether a stream whose next batch begins then has to start anew. */
  boolean startsAnew(Usage usage, long firstEventTime) {
    return byEventTime
        && idleMillis > 0
        && usage.last() != Usage.NO_TIME
        && firstEventTime - usage.last() >= idleMillis;
  }

  /**
   * A stream's usage after a batch; a timer is to be set where {@link Usage#checkAt} is new.
   *
   * @param lastEventTime of the batch
   */
  Usage used(String key, Usage before, long nowMillis, long lastEventTime) {
    if (countsStreams()) {
      known.put(key, true);
    }
    if (byEventTime) {
      return new Usage(Math.max(lastEventTime, before.last()), Usage.NO_TIME);
    }
    boolean check = idleMillis > 0 && before.checkAt() == Usage.NO_TIME;
    return new Usage(nowMillis, check ? nowMillis + idleMillis : before.checkAt());
  }

  /**
   * When to look again whether a stream is idle; empty if it is now.
   *
   * @param open whether it has samples that wait
   */
  Optional<Usage> lookAgain(Usage usage, boolean open, long nowMillis) {
    if (byEventTime || idleMillis == 0) {
      return Optional.of(new Usage(usage.last(), Usage.NO_TIME));
    }
    long idleAt = usage.last() + idleMillis;
    if (idleAt > nowMillis || open) {
      return Optional.of(new Usage(usage.last(), Math.max(idleAt, nowMillis + 1)));
    }
    return Optional.empty();
  }

  void forgotten(String key) {
    known.remove(key);
  }

  /** The streams that go first, longest idle first, if there are too many; else none. */
  List<String> surplus() {
    List<String> first = new ArrayList<>();
    if (countsStreams() && known.size() > mostStreams) {
      Iterator<String> eldest = known.keySet().iterator();
      while (eldest.hasNext() && first.size() < CANDIDATES) {
        first.add(eldest.next());
      }
    }
    return first;
  }
}
