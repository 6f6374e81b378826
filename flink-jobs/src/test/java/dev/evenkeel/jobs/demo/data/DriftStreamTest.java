package dev.evenkeel.jobs.demo.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftStreamTest {
  private static final List<DriftPhase> PHASES =
      List.of(DriftPhase.clean("clean", 2500), DriftPhase.of(Corruption.GAUSSIAN_NOISE, 300));

  @TempDir Path directory;
  private FashionData data;

  @BeforeEach
  void unpack() throws IOException {
    data = FashionData.unpack(directory);
  }

  @Test
  void bundlesModelImagesAndClassNames() {
    assertThat(Files.isRegularFile(data.model())).isTrue();
    assertThat(data.size()).isEqualTo(2000);
    assertThat(data.classNames()).hasSize(10).startsWith("T-shirt/top").endsWith("Ankle boot");
    assertThat(data.pixels(0)).hasSize(data.height() * data.width());
  }

  @Test
  void followsItsPhasesAndRepeats() {
    DriftStream stream = DriftStream.of(data, PHASES, 5);
    assertThat(stream.size()).isEqualTo(2800);
    assertThat(IntStream.range(0, 2800).map(stream::phaseOf).filter(p -> p == 0).count())
        .isEqualTo(2500);
    DriftStream again = DriftStream.of(data, PHASES, 5);
    assertThat(IntStream.range(0, 2800))
        .allSatisfy(
            i -> {
              assertThat(again.label(i)).isEqualTo(stream.label(i));
              assertThat(again.pixels(i)).isEqualTo(stream.pixels(i));
            });
  }

  @Test
  void cleanPhaseShowsEveryImageBeforeRepeatingOne() {
    DriftStream stream = DriftStream.of(data, List.of(DriftPhase.clean("clean", 2000)), 5);
    long[] shown = new long[10];
    long[] bundled = new long[10];
    for (int i = 0; i < 2000; i++) {
      shown[stream.label(i)]++;
      bundled[data.label(i)]++;
    }
    assertThat(shown).isEqualTo(bundled);
  }
}
