package dev.evenkeel.jobs.batch;

import dev.evenkeel.jobs.io.StreamSample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The samples of one stream that wait for an answer, in order of arrival. */
public final class OpenBatch {
  /** Of a batch without a time limit. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  private final List<StreamSample> samples = new ArrayList<>();
  private long deadline = NO_DEADLINE;

  public void add(StreamSample sample) {
    samples.add(sample);
  }

  public List<StreamSample> samples() {
    return Collections.unmodifiableList(samples);
  }

  public int size() {
    return samples.size();
  }

  public boolean isEmpty() {
    return samples.isEmpty();
  }

  /** When it is closed whatever its size; processing time in milliseconds. */
  public long deadline() {
    return deadline;
  }

  public void setDeadline(long deadline) {
    this.deadline = deadline;
  }

  public void clear() {
    samples.clear();
    deadline = NO_DEADLINE;
  }
}
