package dev.evenkeel.adapters.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.TestRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.adapters.tta.learning.Network;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("cuda")
class SourcePassTest {
  private static final int SAMPLES = 8;
  private static final int WIDTH = 64;
  private static final Set<Signal> FEATURES = Set.of(Signal.SOURCE_FEATURES);

  private final SourceModel source = FashionKit.source();

  @ParameterizedTest
  @ValueSource(strings = {"source", "ema-bn", "tent", "lame"})
  void tellsTheSourceModelsFeaturesWhateverWasAdapted(String recipe) {
    try (Opened opened = new Opened(recipe, 1)) {
      opened.step(turn(opened, 0, true, FEATURES));
      StepResult result = opened.step(turn(opened, 0, true, FEATURES));
      assertThat(rows(result.sourceFeatures(), 0, SAMPLES))
          .containsExactly(expected(), within((float) TestRuntime.tolerance(1e-5)));
    }
  }

  @Test
  void tellsNothingThatNobodyAskedFor() {
    try (Opened opened = new Opened("ema-bn", 1)) {
      assertThat(opened.step(turn(opened, 0, true, Set.of())).sourceFeatures()).isNull();
      StepResult unshadowed = opened.step(turn(opened, 0, false, FEATURES));
      assertThat(unshadowed.sourceFeatures()).as("the source model did not run").isNull();
      assertThat(unshadowed.sourceLogits()).isNull();
    }
  }

  @Test
  void featuresLieWhereTheirSamplesLie() {
    try (Opened opened = new Opened("ema-bn", 2)) {
      // Every other sample is of a stream that the source model does not answer.
      StepResult result =
          opened.session.step(
              List.of(turn(opened, 0, false, FEATURES), turn(opened, 1, true, FEATURES)),
              IntStream.range(0, SAMPLES).map(i -> i % 2).toArray(),
              opened.batch);
      float[] all = expected();
      for (int i = 1; i < SAMPLES; i += 2) {
        assertThat(rows(result.sourceFeatures(), i, 1))
            .containsExactly(
                Arrays.copyOfRange(all, i * WIDTH, (i + 1) * WIDTH),
                within((float) TestRuntime.tolerance(1e-5)));
      }
      // A smaller call after a larger one tells no more than its own.
      FashionKit.fill(opened.batch, FashionKit.array("goldens/iid/images.npy"), 0, 2);
      StepResult smaller = opened.step(turn(opened, 1, true, FEATURES));
      assertThat(smaller.sourceFeatures().limit()).isEqualTo(2 * WIDTH);
      assertThat(rows(smaller.sourceFeatures(), 0, 2))
          .containsExactly(
              Arrays.copyOf(all, 2 * WIDTH), within((float) TestRuntime.tolerance(1e-5)));
    }
  }

  private static Turn turn(Opened opened, int state, boolean shadow, Set<Signal> signals) {
    return new Turn(opened.states.get(state), shadow, Optional.empty(), Turn.Mode.ADAPT, signals);
  }

  private static float[] rows(FloatBuffer features, int from, int count) {
    float[] rows = new float[count * WIDTH];
    features.get(from * WIDTH, rows);
    return rows;
  }

  /** What the source model's own features are, by a recipe that reads them. */
  private float[] expected() {
    try (Opened opened = new Opened("lame", 1);
        Network network = opened.runtime.newNetwork()) {
      return network
          .predict(new float[0], network.start(), network.scratch(), opened.batch, SAMPLES)
          .features()
          .orElseThrow();
    }
  }

  /** A program with some streams and a batch. */
  private final class Opened implements AutoCloseable {
    final OrtRuntime runtime;
    final AdaptationSession session;
    final SampleBatch batch;
    final List<AdaptationState> states;

    Opened(String recipe, int streams) {
      Map<String, String> settings =
          recipe.equals("source") ? Map.of() : Map.of("normalization.min-batch", "1");
      runtime =
          OrtRuntime.open(
              AdaptationProgram.compile(source, Recipe.parse(recipe, settings), 1),
              TestRuntime.options());
      session = runtime.newSession();
      batch = session.newBatch();
      FashionKit.fill(batch, FashionKit.array("goldens/iid/images.npy"), 0, SAMPLES);
      states = IntStream.range(0, streams).mapToObj(i -> session.initialState()).toList();
    }

    StepResult step(Turn turn) {
      return session.step(List.of(turn), new int[batch.size()], batch);
    }

    @Override
    public void close() {
      states.forEach(AdaptationState::close);
      session.close();
      runtime.close();
    }
  }
}
