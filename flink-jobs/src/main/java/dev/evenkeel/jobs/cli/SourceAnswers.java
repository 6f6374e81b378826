package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.learning.Answers;
import dev.evenkeel.adapters.tta.learning.Network;
import dev.evenkeel.jobs.replay.Recording;
import java.util.Arrays;
import java.util.Map;

/** Runs the source model over labelled samples. */
final class SourceAnswers {
  private static final int BATCH = 64;
  private static final float[] NONE = {};

  private SourceAnswers() {}

  /** Takes one answer. */
  interface Consumer {
    /**
     * @param logits {@code [classes]}
     * @param features {@code [width]}, empty if the model does not tell
     * @param label true class
     */
    void accept(float[] logits, float[] features, int label);
  }

  /** Hands over the answers to all samples of known classes, in order. */
  static void forEach(SourceModel source, Recording recording, Consumer consumer) {
    // LAME is the recipe that reads features and changes nothing else of the source model.
    Recipe recipe = Recipe.parse(source.features().isPresent() ? "lame" : "source", Map.of());
    AdaptationProgram program = AdaptationProgram.compile(source, recipe, 0);
    try (ProgramRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        Network network = runtime.newNetwork()) {
      SampleBatch batch = session.newBatch();
      for (int start = 0; start < recording.size(); start += BATCH) {
        int end = Math.min(recording.size(), start + BATCH);
        recording.fill(batch, start, end);
        Answers answers =
            network.predict(NONE, network.start(), network.scratch(), batch, end - start);
        float[] features = answers.features().orElse(NONE);
        int width = features.length / (end - start);
        for (int i = start; i < end; i++) {
          if (recording.label(i) != Recording.UNKNOWN_CLASS) {
            consumer.accept(
                row(answers.logits(), i - start, source.classes()),
                row(features, i - start, width),
                recording.label(i));
          }
        }
      }
    }
  }

  private static float[] row(float[] values, int index, int width) {
    return Arrays.copyOfRange(values, index * width, (index + 1) * width);
  }
}
