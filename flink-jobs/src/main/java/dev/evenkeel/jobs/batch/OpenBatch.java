package dev.evenkeel.jobs.batch;

import dev.evenkeel.jobs.io.StreamSample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The samples under one key that wait for their batch to be closed, in order of arrival. */
public final class OpenBatch {
  /** Of a batch without a time limit. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  private final List<StreamSample> samples;
  private long deadline;
  private boolean changed;

  public OpenBatch() {
    this(List.of(), NO_DEADLINE);
  }

  /** A batch as it was when it was last {@link #written}. */
  public OpenBatch(List<StreamSample> samples, long deadline) {
    this.samples = new ArrayList<>(samples);
    this.deadline = deadline;
  }

  public void add(StreamSample sample) {
    samples.add(sample);
    changed = true;
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
    changed = true;
  }

  /** Closes the batch: its samples leave, and it is open for the next. */
  public List<StreamSample> close() {
    List<StreamSample> closed = List.copyOf(samples);
    samples.clear();
    deadline = NO_DEADLINE;
    changed = true;
    return closed;
  }

  /** Whether it differs from what was last written. */
  public boolean isChanged() {
    return changed;
  }

  /** It was written as it is now. */
  public void written() {
    changed = false;
  }
}
