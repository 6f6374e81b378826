package dev.evenkeel.jobs.quality;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.streaming.api.TimerService;

/**
 * Knows when the current stream has been without answers for too long. One timer is open for a
 * stream: it is set for the earliest time that this can be, and set again when it was too early.
 */
final class IdleTimer {
  private final long idleMillis;
  private final ValueState<Long> lastAnswer;
  private final ValueState<Long> dueAt;

  /**
   * @param idleMillis that are too long; 0 for never
   */
  IdleTimer(RuntimeContext context, long idleMillis) {
    this.idleMillis = idleMillis;
    lastAnswer = time(context, "last-answer");
    dueAt = time(context, "idle-timer");
  }

  private static ValueState<Long> time(RuntimeContext context, String name) {
    return context.getState(new ValueStateDescriptor<>(name, LongSerializer.INSTANCE));
  }

  /** The stream was answered. */
  void answered(TimerService timers) throws Exception {
    if (idleMillis > 0) {
      lastAnswer.update(timers.currentProcessingTime());
      watch(timers);
    }
  }

  /** Something is remembered of the stream. */
  void watch(TimerService timers) throws Exception {
    if (idleMillis > 0 && dueAt.value() == null) {
      set(timers, timers.currentProcessingTime() + idleMillis);
    }
  }

  /**
   * A timer fired.
   *
   * @param runningSince when this run began: what was not read before is waited for
   * @return whether the stream is to be forgotten; its times are already
   */
  boolean isOver(TimerService timers, long timestamp, long runningSince) throws Exception {
    Long due = dueAt.value();
    if (due == null || due > timestamp) {
      return false;
    }
    Long last = lastAnswer.value();
    long over = Math.max(last == null ? 0 : last, runningSince) + idleMillis;
    if (over > timers.currentProcessingTime()) {
      set(timers, over);
      return false;
    }
    dueAt.clear();
    lastAnswer.clear();
    return true;
  }

  private void set(TimerService timers, long at) throws Exception {
    dueAt.update(at);
    timers.registerProcessingTimeTimer(at);
  }
}
