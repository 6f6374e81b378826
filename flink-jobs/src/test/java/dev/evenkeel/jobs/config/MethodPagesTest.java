package dev.evenkeel.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MethodPagesTest {
  private static final Path FOLDER = Path.of("..", "docs", "methods");
  private static final int BATCH = 64;

  @TempDir static Path folder;

  @BeforeAll
  static void unpack() {
    FashionKit.copyTo(folder, "goldens/iid/eata_b64/fisher_gamma.npy");
    FashionKit.copyTo(folder, "goldens/iid/eata_b64/fisher_beta.npy");
    FashionKit.copyTo(folder, "calibration/source-profile.json");
    FashionKit.copyTo(folder, "calibration/label-shift-adapter.npz");
  }

  static List<String> presets() {
    return MethodPages.presets();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyMethodHasAPageWhoseDerivedPartIsUpToDate(String preset) throws IOException {
    Path file = FOLDER.resolve(preset + ".md");
    assertThat(file).exists();
    String page = Files.readString(file);
    StateDict state = stateOfAStream(preset);
    String renewed = MethodPages.renew(preset, page, state, dimensions(state));
    if (Boolean.getBoolean("evenkeel.docs.update")) {
      page = renewed;
      Files.writeString(file, page);
    }
    assertThat(page)
        .as("%s; run this test with -Devenkeel.docs.update=true to renew it", file)
        .isEqualTo(renewed)
        .contains("**What.**", "**When it helps, when it harms.**", "**Cost.**", "**Parity.**");
  }

  /** All entries after any of three real batches: a reset may have emptied some by the last. */
  private static StateDict stateOfAStream(String preset) {
    Map<String, String> settings =
        switch (preset) {
          case "eata" -> Map.of("objective.fisher", folder.resolve("fisher").toString());
          case "prior-correction" ->
              Map.of("labelshift.source-profile", folder.resolve("source-profile.json").toString());
          case "label-shift-adapter" ->
              Map.of(
                  "labelshift.adapter", folder.resolve("label-shift-adapter.npz").toString(),
                  "labelshift.source-profile", folder.resolve("source-profile.json").toString());
          default -> Map.of();
        };
    Tensor images = FashionKit.array("goldens/iid/images.npy");
    AdaptationProgram program =
        AdaptationProgram.compile(FashionKit.source(), Recipe.parse(preset, settings), 7);
    StateDict entries = StateDict.EMPTY;
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      for (int i = 0; i < 3; i++) {
        FashionKit.fill(batch, images, i * BATCH, (i + 1) * BATCH);
        session.step(state, batch, false);
        entries = entries.with(state.toStateDict().entries());
      }
    }
    return entries;
  }

  private static Map<Long, String> dimensions(StateDict state) {
    Map<Long, String> names = new HashMap<>(Map.of(10L, "classes", 28L * 28, "sample elements"));
    state.find("affine.scale").ifPresent(scale -> names.put((long) scale.size(), "channels"));
    state
        .find("norm.means")
        .map(Tensor::shape)
        .ifPresent(shape -> names.put(shape.dimension(shape.rank() - 1), "channels"));
    state.find("memory.labels").ifPresent(labels -> names.put((long) labels.size(), "items"));
    return names;
  }
}
