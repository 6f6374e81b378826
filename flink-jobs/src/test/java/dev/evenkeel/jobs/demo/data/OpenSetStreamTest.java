package dev.evenkeel.jobs.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenSetStreamTest {
  private static final List<Corruption> CORRUPTIONS =
      List.of(Corruption.PIXELATE, Corruption.IMPULSE_NOISE);

  @TempDir private Path directory;
  private FashionData data;

  @BeforeEach
  void unpack() throws IOException {
    data = FashionData.unpack(directory);
  }

  @Test
  void everyOtherSampleIsUnknownUnderTheSameCorruption() {
    OpenSetStream stream = stream(List.of(5, 3), 20, 3, 1);
    assertThat(stream.size()).isEqualTo(120);
    for (int position = 0; position < stream.size(); position++) {
      int label = stream.label(position);
      if (position % 2 == 0) {
        assertThat(label).isBetween(0, 1);
      } else {
        assertThat(label).isEqualTo(-1);
      }
      assertThat(stream.corruption(position)).isEqualTo(CORRUPTIONS.get(position / 20 % 2));
    }
  }

  @Test
  void theSeedDecidesAndRoundsDiffer() {
    OpenSetStream stream = stream(List.of(0, 1), 4, 2, 1);
    assertThat(stream(List.of(0, 1), 4, 2, 1).pixels(5)).isEqualTo(stream.pixels(5));
    assertThat(stream(List.of(0, 1), 4, 2, 2).pixels(5)).isNotEqualTo(stream.pixels(5));
    assertThat(stream.pixels(8)).isNotEqualTo(stream.pixels(0));
  }

  @Test
  void needsKnownAndUnknownClassesAndPairs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stream(List.of(), 4, 1, 1))
        .withMessageContaining("Known classes are []");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stream(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 4, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> stream(List.of(0), 3, 1, 1));
  }

  private OpenSetStream stream(List<Integer> known, int samples, int rounds, long seed) {
    return new OpenSetStream(data, known, CORRUPTIONS, samples, rounds, seed);
  }
}
