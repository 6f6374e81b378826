package dev.evenkeel.jobs.batch;

import dev.evenkeel.jobs.io.StreamSample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Closed batches that wait for their call, at most one under each key, in the order of closing. */
public final class CallQueue {
  private final CallPolicy policy;
  private final Set<String> keys = new HashSet<>();
  private List<Closed> batches = new ArrayList<>();
  private int samples;

  /**
   * A closed batch.
   *
   * @param key of the state that it steps
   * @param samples at least one, in order of arrival
   */
  public record Closed(String key, List<StreamSample> samples) {
    /** The latest event time in it, in milliseconds. */
    public long lastEventTime() {
      return samples.stream().mapToLong(StreamSample::eventTime).max().orElseThrow();
    }
  }

  public CallQueue(CallPolicy policy) {
    this.policy = policy;
  }

  /** Whether a batch can join those that wait: a second one under a key has to step after them. */
  public boolean fits(Closed batch) {
    return !keys.contains(batch.key())
        && batches.size() < policy.maxStreams()
        && (long) samples + batch.samples().size() <= policy.maxSamples();
  }

  public void add(Closed batch) {
    batches.add(batch);
    keys.add(batch.key());
    samples += batch.samples().size();
  }

  /** Whether no further batch will fit, or none is waited for. */
  public boolean isDue() {
    return policy.lingerMillis() == 0
        || batches.size() >= policy.maxStreams()
        || samples >= policy.maxSamples();
  }

  public boolean isEmpty() {
    return batches.isEmpty();
  }

  public boolean holds(String key) {
    return keys.contains(key);
  }

  /** Hands over the batches of the call and waits for the next ones. */
  public List<Closed> take() {
    List<Closed> taken = batches;
    batches = new ArrayList<>();
    keys.clear();
    samples = 0;
    return taken;
  }
}
