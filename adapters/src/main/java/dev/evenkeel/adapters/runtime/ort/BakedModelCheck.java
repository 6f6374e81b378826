package dev.evenkeel.adapters.runtime.ort;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.Turn;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Compares a baked model with the running program that it was made from. The program is held: a
 * copy of the state answers one batch, learns nothing, and is thrown away; where a batch moves the
 * statistics that it is answered with, the setting that says how far is turned to nought.
 */
public final class BakedModelCheck {

  private BakedModelCheck() {}

  /**
   * Largest difference of a logit, relative to the largest logit if that is above 1.
   *
   * @param samples fills a batch, twice with the same samples; at least {@link
   *     Recipe#minimalBatch()} of them, since fewer are answered by the source model
   */
  public static double deviation(
      AdaptationProgram program, StateDict state, Model baked, Consumer<SampleBatch> samples) {
    float[] expected = run(held(program), Optional.of(state), samples);
    SourceModel file = SourceModel.of(baked, logits(program));
    float[] found =
        run(
            AdaptationProgram.compile(file, Recipe.parse("source", logits(program)), 0),
            Optional.empty(),
            samples);
    double largest = 1;
    double deviation = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double difference = Math.abs((double) expected[i] - found[i]);
      // Not a number stays one.
      deviation = Math.max(deviation, difference);
    }
    return deviation / largest;
  }

  private static AdaptationProgram held(AdaptationProgram program) {
    Recipe recipe = program.recipe();
    Map<String, String> frozen = recipe.normalization().frozenSettings();
    if (frozen.isEmpty()) {
      return program;
    }
    Map<String, String> settings = new TreeMap<>(recipe.settings());
    settings.putAll(frozen);
    return AdaptationProgram.compile(
        program.source(), Recipe.parse(recipe.expression(), settings), 0);
  }

  private static Map<String, String> logits(AdaptationProgram program) {
    Map<String, String> settings = new TreeMap<>(program.recipe().settings());
    settings.keySet().retainAll(List.of(Recipe.LOGITS.key()));
    return settings;
  }

  private static float[] run(
      AdaptationProgram program, Optional<StateDict> state, Consumer<SampleBatch> samples) {
    try (ProgramRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        AdaptationState copy = state.map(session::restore).orElseGet(session::initialState)) {
      SampleBatch batch = session.newBatch();
      samples.accept(batch);
      Turn turn = new Turn(copy, false, Optional.empty(), Turn.Mode.FROZEN, Set.of());
      FloatBuffer logits = session.step(List.of(turn), new int[batch.size()], batch).logits();
      float[] values = new float[logits.remaining()];
      logits.get(values);
      return values;
    }
  }
}
