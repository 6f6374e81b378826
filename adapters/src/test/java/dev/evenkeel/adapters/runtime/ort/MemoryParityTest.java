package dev.evenkeel.adapters.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.TestRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Softmax;
import dev.evenkeel.adapters.tta.StateDict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Methods that learn from a memory draw random numbers, so the papers' own code is compared where
 * it has drawn none, and by its predictions elsewhere.
 */
@Tag("cuda")
class MemoryParityTest {
  private static final int BATCHES = 8;
  private static final int SIZE = 64;
  private static final int CLASSES = 10;
  private static final int PIXELS = 28 * 28;
  private static final Pattern FIRST_UPDATE =
      Pattern.compile(
          "\"positions\": \\[([0-9,\\s]*)\\],\\s*\"ages\": \\[([0-9,\\s]*)\\]", Pattern.DOTALL);

  @TempDir Path folder;

  /** Before the first update nothing is learned; after it other samples are remembered. */
  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource({
    "note, iid", "note, noniid", "note, mixed_noniid",
    "rotta, iid", "rotta, noniid", "rotta, mixed_noniid"
  })
  void answersAsThePapersCode(String recipe, String stream) {
    float[] expected =
        FashionKit.array("goldens/" + stream + "/" + recipe + "_b64/outputs.npy").toFloats();
    float[] actual = new float[expected.length];
    run(recipe, stream, BATCHES, actual);
    int width = SIZE * CLASSES;
    assertThat(Arrays.copyOf(actual, width))
        .as("logits of the first batch")
        .containsExactly(
            Arrays.copyOf(expected, width), within((float) TestRuntime.tolerance(1e-4)));
    int agreeing = 0;
    for (int row = 0; row < BATCHES * SIZE; row++) {
      agreeing += label(expected, row) == label(actual, row) ? 1 : 0;
    }
    assertThat(agreeing).as("equal predictions of %d", BATCHES * SIZE).isGreaterThanOrEqualTo(508);
  }

  /** Sixty-four samples fill the memory without a random choice. */
  @ParameterizedTest
  @ValueSource(strings = {"iid", "noniid", "mixed_noniid"})
  void remembersThePapersSamplesAtTheFirstUpdate(String stream) throws IOException {
    String info = "goldens/" + stream + "/rotta_b64/info.json";
    Matcher update = FIRST_UPDATE.matcher(Files.readString(FashionKit.copyTo(folder, info)));
    assertThat(update.find()).isTrue();
    StateDict state = run("rotta", stream, 1, new float[SIZE * CLASSES]);
    assertThat(state.get("memory.ages").toLongs()).isEqualTo(numbers(update.group(2)));
    ByteBuffer images = FashionKit.array("goldens/" + stream + "/images.npy").bytes();
    ByteBuffer remembered = state.get("memory.samples").bytes();
    long[] positions = numbers(update.group(1));
    assertThat(remembered.remaining()).isEqualTo(positions.length * PIXELS);
    for (int i = 0; i < positions.length; i++) {
      assertThat(remembered.slice(i * PIXELS, PIXELS))
          .as("sample %d, of position %d", i, positions[i])
          .isEqualTo(images.slice((int) positions[i] * PIXELS, PIXELS));
    }
  }

  private static StateDict run(String recipe, String stream, int batches, float[] answers) {
    Tensor images = FashionKit.array("goldens/" + stream + "/images.npy");
    AdaptationProgram program =
        AdaptationProgram.compile(FashionKit.source(), Recipe.parse(recipe, Map.of()), 1);
    try (OrtRuntime runtime = OrtRuntime.open(program, TestRuntime.options());
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      for (int i = 0; i < batches; i++) {
        FashionKit.fill(batch, images, i * SIZE, (i + 1) * SIZE);
        session.step(state, batch, false).logits().get(answers, i * SIZE * CLASSES, SIZE * CLASSES);
      }
      return state.toStateDict();
    }
  }

  private static int label(float[] logits, int row) {
    return Softmax.argmax(FloatBuffer.wrap(logits), row * CLASSES, CLASSES);
  }

  private static long[] numbers(String text) {
    return Arrays.stream(text.strip().split(",\\s*")).mapToLong(Long::parseLong).toArray();
  }
}
