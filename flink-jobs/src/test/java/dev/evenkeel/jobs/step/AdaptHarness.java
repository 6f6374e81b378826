package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.testing.FashionSamples.sample;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.control.Order;
import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.io.StreamInput;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.jobs.io.TracedPredictionSerializer;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.snapshots.SnapshotOptions;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.Prediction;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** Runs the operator on Flink state in memory, with the clock in hand. */
final class AdaptHarness
    extends KeyedTwoInputStreamOperatorTestHarness<String, StreamInput, Order, TracedPrediction> {
  static final int MANY = 100;
  static final int KEY_GROUPS = 16;

  private final int parallelism;
  private final int instance;
  private long checkpoints;

  AdaptHarness(ProgramFactory program, AdaptOptions options) throws Exception {
    this(program, options, null);
  }

  /**
   * @param checkpoint to resume from, null for none
   */
  AdaptHarness(ProgramFactory program, AdaptOptions options, OperatorSubtaskState checkpoint)
      throws Exception {
    this(program, options, new AdaptationKey(StateConfig.Scope.STREAM, null), checkpoint);
  }

  AdaptHarness(
      ProgramFactory program,
      AdaptOptions options,
      AdaptationKey key,
      OperatorSubtaskState checkpoint)
      throws Exception {
    this(program, options, key, checkpoint, 1, 0);
  }

  /** One of several parallel instances. */
  AdaptHarness(
      ProgramFactory program,
      AdaptOptions options,
      OperatorSubtaskState checkpoint,
      int parallelism,
      int instance)
      throws Exception {
    this(
        program,
        options,
        new AdaptationKey(StateConfig.Scope.STREAM, null),
        checkpoint,
        parallelism,
        instance);
  }

  private AdaptHarness(
      ProgramFactory program,
      AdaptOptions options,
      AdaptationKey key,
      OperatorSubtaskState checkpoint,
      int parallelism,
      int instance)
      throws Exception {
    super(
        new AdaptOperator(program, options),
        key,
        null,
        Types.STRING,
        KEY_GROUPS,
        parallelism,
        instance);
    this.parallelism = parallelism;
    this.instance = instance;
    setup(new TracedPredictionSerializer());
    try {
      if (checkpoint != null) {
        initializeState(checkpoint);
      }
      open();
    } catch (Exception e) {
      // As a task does whose operator does not start.
      getOperator().close();
      throw e;
    }
  }

  /** Whether a stream's samples are sent to this instance. */
  boolean owns(String stream) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(stream, KEY_GROUPS, parallelism)
        == instance;
  }

  /** Each batch answered at once, everything kept, watched. */
  static AdaptOptions options(
      ProgramFactory program, BatchPolicy policy, double shadow, int maxLive) {
    return options(
        program, policy, CallPolicy.ONE_BY_ONE, shadow, AdaptOptions.States.keep(maxLive));
  }

  static AdaptOptions options(
      ProgramFactory program,
      BatchPolicy policy,
      CallPolicy calls,
      double shadow,
      AdaptOptions.States states) {
    return new AdaptOptions(
        StateConfig.Scope.STREAM,
        policy,
        calls,
        shadow,
        states,
        0,
        new AdaptOptions.Watching(true, null, null, 1000),
        SnapshotOptions.OFF,
        false,
        null,
        new MetricsOptions("test", program.recipe(), -1));
  }

  /** The same with labels beside the samples. */
  static AdaptOptions withLabels(AdaptOptions options) {
    return new AdaptOptions(
        options.scope(),
        options.batches(),
        options.calls(),
        options.shadowShare(),
        options.states(),
        options.maxLagMillis(),
        options.watching(),
        options.snapshots(),
        true,
        options.models(),
        options.metrics());
  }

  /** Takes a checkpoint as a barrier does. */
  OperatorSubtaskState checkpoint() throws Exception {
    checkpoints++;
    getOperator().prepareSnapshotPreBarrier(checkpoints);
    return snapshot(checkpoints, checkpoints);
  }

  void processElement(StreamSample sample) throws Exception {
    processElement1(new StreamRecord<>(sample));
  }

  /** A label of a sample that came before, or not. */
  void label(String stream, int sample, int label) throws Exception {
    processElement1(
        new StreamRecord<>(new LabelArrival(stream, Integer.toString(sample), label, 0)));
  }

  void command(ControlCommand command) throws Exception {
    order(Order.of(command));
  }

  void order(Order order) throws Exception {
    processElement2(new StreamRecord<>(order));
  }

  /** What was done to adaptation. */
  List<AuditEvent> audit() {
    Queue<StreamRecord<AuditEvent>> events = getSideOutput(AdaptOperator.AUDIT);
    return events == null ? List.of() : events.stream().map(StreamRecord::getValue).toList();
  }

  /** The end of the samples, and of commands. */
  void endInput() throws Exception {
    endInput1();
    endInput2();
  }

  void feed(String stream, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      processElement(sample(stream, i));
    }
  }

  /** Samples of several streams in turns. */
  void feedAll(List<String> streams, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      for (String stream : streams) {
        feed(stream, i, i + 1);
      }
    }
  }

  void feedBoth(int from, int to) throws Exception {
    feedAll(List.of("a", "b"), from, to);
  }

  /** What was answered, without the time. */
  List<Prediction> predictions() {
    return extractOutputValues().stream()
        .map(TracedPrediction::prediction)
        .peek(prediction -> prediction.setProducedAt(Instant.EPOCH))
        .toList();
  }

  @Override
  public void close() {
    try {
      super.close();
    } catch (Exception e) {
      throw new IllegalStateException("The operator does not close", e);
    }
  }
}
