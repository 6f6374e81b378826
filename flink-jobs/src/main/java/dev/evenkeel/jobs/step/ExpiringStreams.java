package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.metrics.JobMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.runtime.state.KeyedStateBackend;

/**
 * Forgets the streams that {@link StreamExpiry} says are to go, with all that is remembered of
 * them. A stream with samples that wait stays.
 */
final class ExpiringStreams {
  private final StreamExpiry expiry;
  private final LiveStreams streams;
  private final Waiting waiting;
  private final Checks checks;
  private final Consumer<String> alsoForget;
  private final JobMetrics metrics;

  /** Whether samples of a key wait for their answer. */
  interface Waiting {
    boolean has(String key) throws Exception;
  }

  /** Timers that look whether a key's stream is idle. */
  interface Checks {
    void set(String key, long at);

    void delete(String key, long at);
  }

  /**
   * @param alsoForget is told the keys of streams that are forgotten or start anew
   */
  ExpiringStreams(
      StreamExpiry expiry,
      LiveStreams streams,
      Waiting waiting,
      Checks checks,
      Consumer<String> alsoForget,
      JobMetrics metrics) {
    this.expiry = expiry;
    this.streams = streams;
    this.waiting = waiting;
    this.checks = checks;
    this.alsoForget = alsoForget;
    this.metrics = metrics;
  }

  /** Takes over the streams that a checkpoint holds. */
  void restore(KeyedStateBackend<String> backend) throws Exception {
    if (!expiry.countsStreams()) {
      return;
    }
    Map<String, Usage> restored = new TreeMap<>();
    for (String key : StateStore.keys(backend)) {
      restored.put(key, streams.usage(key));
    }
    expiry.restore(restored);
  }

  /** Lets a stream start anew whose next batch begins after too long a gap. */
  void beforeBatch(String key, LiveStream stream, long firstEventTime) {
    if (expiry.startsAnew(stream.usage(), firstEventTime)) {
      streams.restart(stream);
      alsoForget.accept(key);
      metrics.expired("idle");
    }
  }

  /** Notes that a batch was answered; another key may be the current one afterwards. */
  void answered(String key, LiveStream stream, long nowMillis, long lastEventTime) {
    Usage usage = expiry.used(key, stream.usage(), nowMillis, lastEventTime);
    if (usage.checkAt() != stream.usage().checkAt()) {
      checks.set(key, usage.checkAt());
    }
    stream.used(usage);
  }

  /** A timer has come: forgets the stream if it is idle, or looks again later. */
  void check(String key, long nowMillis) throws Exception {
    Optional<Usage> again = expiry.lookAgain(streams.usage(key), waiting.has(key), nowMillis);
    if (again.isEmpty()) {
      forget(key, "idle");
      return;
    }
    streams.used(key, again.get());
    if (again.get().checkAt() != Usage.NO_TIME) {
      checks.set(key, again.get().checkAt());
    }
  }

  /** Forgets one stream if there are too many; another key may be the current one afterwards. */
  void forgetSurplus() throws Exception {
    for (String key : expiry.surplus()) {
      if (!waiting.has(key)) {
        long checkAt = streams.usage(key).checkAt();
        if (checkAt != Usage.NO_TIME) {
          checks.delete(key, checkAt);
        }
        forget(key, "count");
        return;
      }
    }
  }

  private void forget(String key, String reason) {
    streams.forget(key);
    alsoForget.accept(key);
    expiry.forgotten(key);
    metrics.expired(reason);
  }
}
