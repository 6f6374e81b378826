package dev.evenkeel.jobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.jobs.testing.FashionSamples;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerNotesTest {
  private static final int LAYERS = 15;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"ema-bn, 0.1", "unmix-tns, 0.001"})
  void growsWhereTheStreamLooksDifferent(String recipe, double least) throws Exception {
    FashionKit.copyTo(folder, "calibration/source-profile.json");
    DriftReference reference =
        DriftReference.of(SourceProfileJson.read(folder.resolve("source-profile.json")));
    AdaptationProgram program = FashionSamples.program(recipe).compile();
    LayerNotes notes = LayerNotes.of(reference, program.initialState()).orElseThrow();
    try (OrtRuntime runtime = OrtRuntime.open(program, new RuntimeOptions(Provider.CPU, 1));
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      assertThat(notes.after(state, 0)).containsOnly(new double[LAYERS]);
      assertThat(notes.after(state, 1)).as("not at every step").isEmpty();
      SampleBatch gray = session.newBatch();
      byte[] pixels = new byte[28 * 28];
      for (int i = 0; i < 64; i++) {
        Arrays.fill(pixels, (byte) (2 * i));
        gray.addUint8(ByteBuffer.wrap(pixels.clone()));
      }
      for (int step = 0; step < 16; step++) {
        session.step(state, gray, false);
      }
      double[] moved = notes.after(state, 16);
      assertThat(moved).hasSize(LAYERS);
      assertThat(Arrays.stream(moved).max().orElseThrow()).isGreaterThan(least);
    }
  }

  @Test
  void thereAreNoneWithoutStatisticsOrProfile() {
    AdaptationProgram tent = FashionSamples.program("tent").compile();
    assertThat(LayerNotes.of(null, tent.initialState())).isEmpty();
  }
}
