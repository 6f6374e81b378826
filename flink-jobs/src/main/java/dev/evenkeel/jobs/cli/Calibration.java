package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.rewrite.ChannelStatistics;
import dev.evenkeel.adapters.onnx.rewrite.Convolutions;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.CalibrationSession;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.backtest.Backtest;
import dev.evenkeel.jobs.backtest.BatchPlan;
import dev.evenkeel.jobs.replay.Recording;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a source sample tells about a model before and after it is prepared.
 *
 * @param samples unlabelled, of the training domain
 * @param threads inside one operator
 */
record Calibration(Recording samples, int threads) {
  private static final int BATCH_SIZE = 64;

  /** Statistics of the outputs of the chosen convolutions. */
  ChannelStatistics statistics(SourceModel source, Convolutions convolutions) {
    try (CalibrationSession session = CalibrationSession.open(source, convolutions, threads)) {
      SampleBatch batch = session.newBatch();
      for (BatchPlan.Batch cut : plan().batches()) {
        samples.fill(batch, cut.start(), cut.end());
        session.add(batch);
      }
      return session.statistics();
    }
  }

  /** The largest difference between any logit of two models. */
  double largestDifference(SourceModel before, SourceModel after) {
    float[] first = logits(before).toFloats();
    float[] second = logits(after).toFloats();
    double largest = 0;
    for (int i = 0; i < first.length; i++) {
      largest = Math.max(largest, Math.abs((double) first[i] - second[i]));
    }
    return largest;
  }

  private Tensor logits(SourceModel source) {
    AdaptationProgram program =
        AdaptationProgram.compile(source, Recipe.parse("source", Map.of()), 0);
    try (ProgramRuntime runtime =
        OrtRuntime.open(program, new RuntimeOptions(Provider.CPU, threads))) {
      return new Backtest(samples, plan(), System::nanoTime)
          .run(runtime, runtime, Optional.empty(), true)
          .logits()
          .orElseThrow();
    }
  }

  private BatchPlan plan() {
    return BatchPlan.of(samples.size(), BATCH_SIZE, List.of(), Integer.MAX_VALUE);
  }
}
