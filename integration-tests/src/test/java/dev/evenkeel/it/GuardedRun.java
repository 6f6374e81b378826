package dev.evenkeel.it;

import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.jobs.backtest.BatchPlan;
import dev.evenkeel.jobs.backtest.BatchPlan.Batch;
import dev.evenkeel.jobs.backtest.PlacedAction;
import dev.evenkeel.jobs.replay.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a recipe made of a stream, sample by sample.
 *
 * @param wrong whether each labelled sample was answered wrongly
 * @param sourceWrong the same of the source model
 * @param actions of guards
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record GuardedRun(boolean[] wrong, boolean[] sourceWrong, List<PlacedAction> actions) {
  /** Labelled samples that are judged together. */
  static final int WINDOW = 1000;

  /**
   * Runs a recipe; the source model answers beside it.
   *
   * @param resetAt positions at which the state starts again
   */
  static GuardedRun of(
      Recording recording,
      List<Integer> resetAt,
      SourceModel model,
      String recipe,
      Map<String, String> settings) {
    return of(recording, resetAt, GuardStream.BATCH, model, recipe, settings);
  }

  /** The same with batches of another size. */
  static GuardedRun of(
      Recording recording,
      List<Integer> resetAt,
      int batchSize,
      SourceModel model,
      String recipe,
      Map<String, String> settings) {
    AdaptationProgram program = AdaptationProgram.compile(model, Recipe.parse(recipe, settings), 0);
    int classes = model.classes();
    List<Boolean> wrong = new ArrayList<>();
    List<Boolean> sourceWrong = new ArrayList<>();
    List<PlacedAction> actions = new ArrayList<>();
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession()) {
      AdaptationState state = session.initialState();
      SampleBatch samples = session.newBatch();
      BatchPlan plan = BatchPlan.of(recording.size(), batchSize, resetAt, Integer.MAX_VALUE);
      for (Batch batch : plan.batches()) {
        if (batch.afterReset() && batch.start() > 0) {
          state.close();
          state = session.initialState();
        }
        recording.fill(samples, batch.start(), batch.end());
        StepResult result = session.step(state, samples, true);
        result
            .streams()
            .get(0)
            .guardActions()
            .forEach(action -> actions.add(new PlacedAction(batch.start(), action)));
        for (int i = 0; i < batch.size(); i++) {
          int label = recording.label(batch.start() + i);
          if (label != Recording.UNKNOWN_CLASS) {
            wrong.add(program.decision().label(result.logits(), i * classes, classes) != label);
            sourceWrong.add(
                program.decision().label(result.sourceLogits(), i * classes, classes) != label);
          }
        }
      }
      state.close();
    }
    return new GuardedRun(unboxed(wrong), unboxed(sourceWrong), actions);
  }

  private static boolean[] unboxed(List<Boolean> boxed) {
    boolean[] values = new boolean[boxed.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = boxed.get(i);
    }
    return values;
  }

  double errorRate() {
    return share(wrong, 0, wrong.length);
  }

  double sourceErrorRate() {
    return share(sourceWrong, 0, wrong.length);
  }

  /** Error rate of some consecutive samples. */
  double errorRate(int from, int to) {
    return share(wrong, from, to);
  }

  /** Error above the source model's over the first samples. */
  double excess(int samples) {
    int to = Math.min(samples, wrong.length);
    return share(wrong, 0, to) - share(sourceWrong, 0, to);
  }

  /** Error rate of each full window. */
  double[] curve() {
    return curve(wrong);
  }

  double[] sourceCurve() {
    return curve(sourceWrong);
  }

  /** Most windows in a row whose error is above the source model's by more than a margin. */
  int longestExcess(double margin) {
    double[] own = curve();
    double[] source = sourceCurve();
    int longest = 0;
    int now = 0;
    for (int w = 0; w < own.length; w++) {
      now = own[w] - source[w] > margin ? now + 1 : 0;
      longest = Math.max(longest, now);
    }
    return longest;
  }

  private static double[] curve(boolean[] wrong) {
    double[] curve = new double[wrong.length / WINDOW];
    for (int w = 0; w < curve.length; w++) {
      curve[w] = share(wrong, w * WINDOW, (w + 1) * WINDOW);
    }
    return curve;
  }

  private static double share(boolean[] wrong, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += wrong[i] ? 1 : 0;
    }
    return (double) count / Math.max(1, to - from);
  }
}
