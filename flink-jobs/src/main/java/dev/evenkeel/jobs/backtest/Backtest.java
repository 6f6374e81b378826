package dev.evenkeel.jobs.backtest;

import dev.evenkeel.adapters.evaluation.OpenSetEvaluation;
import dev.evenkeel.adapters.guard.GuardAction;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Decision;
import dev.evenkeel.adapters.tta.GuardOptions;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Softmax;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.jobs.backtest.BatchPlan.Batch;
import dev.evenkeel.jobs.replay.Recording;
import dev.evenkeel.jobs.replay.RecordingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Runs programs over a recording, batch by batch, with the sessions that the job uses. The same
 * program, recording and plan give the same logits.
 */
public final class Backtest {
  private final Recording recording;
  private final BatchPlan plan;
  private final LongSupplier nanos;

  /**
   * A backtest of one recording.
   *
   * @param nanos a clock that only moves forward, in nanoseconds, for the throughput
   */
  public Backtest(Recording recording, BatchPlan plan, LongSupplier nanos) {
    this.recording = recording;
    this.plan = plan;
    this.nanos = nanos;
  }

  /**
   * Lets a recipe adapt along the recording. The answers of both programs are read from their
   * logits as the recipe says.
   *
   * @param adapted the recipe's program
   * @param source the program of the frozen model, run in a pass of its own; not used without
   *     labels
   * @param initialState where the adaptation starts and returns to; empty for the program's own
   * @param keepLogits whether the result carries them
   * @throws RecordingException if the recording does not fit the model
   */
  public BacktestResult run(
      ProgramRuntime adapted,
      ProgramRuntime source,
      Optional<StateDict> initialState,
      boolean keepLogits) {
    requireFit(adapted);
    Decision decision = adapted.program().decision();
    Pass pass = new Pass(adapted, initialState, keepLogits, decision);
    pass.run();
    Double sourceErrorRate = null;
    Double sourceMeanCost = null;
    if (recording.isLabelled()) {
      Pass sourcePass = new Pass(source, Optional.empty(), false, decision);
      sourcePass.run();
      sourceErrorRate = sourcePass.accuracy.errorRate();
      sourceMeanCost = sourcePass.accuracy.meanCost();
    }
    return new BacktestResult(
        pass.accuracy.errorRate(),
        sourceErrorRate,
        plan.samples(),
        pass.nanosInSteps / 1e9,
        pass.acceptedRatio(),
        pass.learned.updates(),
        pass.skipped,
        pass.resets,
        recording.isLabelled() ? pass.accuracy.recallPerClass() : null,
        pass.accuracy.meanCost(),
        sourceMeanCost,
        pass.openSet.metrics(),
        pass.guardActions(),
        pass.lastState,
        pass.logits());
  }

  private void requireFit(ProgramRuntime runtime) {
    recording.requireFit(runtime.program().source().sampleShape());
    recording.requireFinite();
    recording.requireLabelsBelow(runtime.program().source().classes());
  }

  /** One program's way along the recording. */
  private final class Pass {
    private final ProgramRuntime runtime;
    private final Optional<StateDict> initialState;
    private final Accuracy accuracy;
    private final OpenSetEvaluation openSet = new OpenSetEvaluation();
    private final ByteBuffer emitted;
    private long nanosInSteps;
    private Learned learned = Learned.NOTHING;
    private long skipped;
    private long resets;
    private final List<PlacedAction> guardActions = new ArrayList<>();
    private StateDict lastState = StateDict.EMPTY;

    Pass(
        ProgramRuntime runtime,
        Optional<StateDict> initialState,
        boolean keepLogits,
        Decision decision) {
      this.runtime = runtime;
      this.initialState = initialState;
      this.accuracy = new Accuracy(classes(), decision);
      this.emitted =
          keepLogits
              ? ByteBuffer.allocate(Math.multiplyExact(plan.samples() * 4, classes()))
                  .order(ByteOrder.LITTLE_ENDIAN)
              : null;
    }

    void run() {
      try (AdaptationSession session = runtime.newSession()) {
        SampleBatch samples = session.newBatch();
        AdaptationState state = start(session);
        try {
          for (Batch batch : plan.batches()) {
            if (batch.afterReset() && batch.start() > 0) {
              state.close();
              state = start(session);
              resets++;
            }
            recording.fill(samples, batch.start(), batch.end());
            step(session, state, samples, batch);
          }
          lastState = state.toStateDict();
        } finally {
          state.close();
        }
      }
    }

    private AdaptationState start(AdaptationSession session) {
      return initialState.map(session::restore).orElseGet(session::initialState);
    }

    private void step(
        AdaptationSession session, AdaptationState state, SampleBatch samples, Batch batch) {
      long before = nanos.getAsLong();
      StepResult result = session.step(state, samples, false);
      nanosInSteps += nanos.getAsLong() - before;
      learned = learned.plus(result.learned());
      if (result.outcome() instanceof Outcome.Skipped refused) {
        skipped += refused.reason().equals("not-due") ? 0 : 1;
      } else if (result.outcome() instanceof Outcome.Reset) {
        resets++;
      }
      for (GuardAction action : result.streams().get(0).guardActions()) {
        guardActions.add(new PlacedAction(batch.start(), action));
      }
      FloatBuffer logits = result.logits();
      for (int i = 0; recording.isLabelled() && i < batch.size(); i++) {
        judge(logits, i, recording.label(batch.start() + i));
      }
      if (emitted != null) {
        FloatBuffer kept = emitted.asFloatBuffer();
        for (int i = 0; i < batch.size() * classes(); i++) {
          kept.put(batch.start() * classes() + i, logits.get(i));
        }
      }
    }

    private void judge(FloatBuffer logits, int row, int label) {
      double score = Softmax.logSumExp(logits, row * classes(), classes());
      if (label == Recording.UNKNOWN_CLASS) {
        openSet.addUnknown(score);
      } else {
        openSet.addKnown(score, accuracy.add(logits, row, label));
      }
    }

    Double acceptedRatio() {
      boolean selects = !runtime.program().recipe().selections().isEmpty();
      return selects && learned.offered() > 0
          ? Double.valueOf((double) learned.accepted() / learned.offered())
          : null;
    }

    Optional<List<PlacedAction>> guardActions() {
      return GuardOptions.areOn(runtime.program().recipe())
          ? Optional.of(List.copyOf(guardActions))
          : Optional.empty();
    }

    Optional<Tensor> logits() {
      return Optional.ofNullable(emitted)
          .map(
              bytes ->
                  Tensor.wrap(
                      ElementType.FLOAT32, Shape.of(plan.samples(), classes()), bytes.rewind()));
    }

    private int classes() {
      return runtime.program().source().classes();
    }
  }
}
