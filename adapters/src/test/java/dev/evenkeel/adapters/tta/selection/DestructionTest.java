package dev.evenkeel.adapters.tta.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.tta.CounterRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DestructionTest {
  private static final RandomTensors RANDOM = RandomTensors.seeded();

  @Test
  void outputPatchIsTheInputPatchThatThePermutationNames() {
    // One channel, 2 by 4, patches of 1 by 2.
    float[] sample = {0, 1, 2, 3, 4, 5, 6, 7};
    float[] shuffled = new Destruction(1, 2, 4).shufflePatches(sample, 2, new int[] {3, 0, 1, 2});
    assertThat(shuffled).containsExactly(6, 7, 0, 1, 2, 3, 4, 5);
  }

  @Test
  void theInverseRestoresTheImage() {
    Destruction destruction = new Destruction(3, 8, 12);
    float[] sample = RANDOM.normal(3, 8, 12).toFloats();
    int[] patches = new CounterRandom(1, 0).permutation(16);
    float[] shuffled = destruction.shufflePatches(sample, 4, patches);
    assertThat(shuffled).isNotEqualTo(sample);
    assertThat(shuffled).containsExactlyInAnyOrder(sample);
    assertThat(destruction.shufflePatches(shuffled, 4, inverse(patches))).isEqualTo(sample);
    int[] pixels = new CounterRandom(2, 0).permutation(96);
    float[] scattered = destruction.shufflePixels(sample, pixels);
    assertThat(scattered).isNotEqualTo(sample);
    assertThat(destruction.shufflePixels(scattered, inverse(pixels))).isEqualTo(sample);
  }

  @Test
  void theIdentityChangesNothing() {
    Destruction destruction = new Destruction(2, 4, 4);
    float[] sample = RANDOM.normal(2, 4, 4).toFloats();
    int[] identity = IntStream.range(0, 16).toArray();
    assertThat(destruction.shufflePatches(sample, 4, identity)).isEqualTo(sample);
    assertThat(destruction.shufflePixels(sample, identity)).isEqualTo(sample);
  }

  @Test
  void movesAllChannelsTogether() {
    float[] sample = {1, 2, 3, 4, 10, 20, 30, 40};
    float[] shuffled = new Destruction(2, 2, 2).shufflePixels(sample, new int[] {2, 3, 1, 0});
    assertThat(shuffled).containsExactly(3, 4, 2, 1, 30, 40, 20, 10);
  }

  @Test
  void resizesThereAndBackWhereTheGridDoesNotFit() {
    // Halves of an image that is dark on the left and bright on the right change places.
    float[] sample = new float[25];
    for (int i = 0; i < 25; i++) {
      sample[i] = i % 5 < 2 ? 0 : i % 5 == 2 ? 0.5f : 1;
    }
    float[] shuffled = new Destruction(1, 5, 5).shufflePatches(sample, 2, new int[] {1, 0, 3, 2});
    for (int y = 0; y < 5; y++) {
      assertThat(shuffled[5 * y]).isGreaterThan(0.8f);
      assertThat(shuffled[5 * y + 4]).isLessThan(0.2f);
    }
  }

  @Test
  void bilinearResizingInterpolatesBetweenPixelCentres() {
    float[] row = {0, 4, 8, 12};
    assertThat(Bilinear.resize(row, 1, 1, 4, 1, 2)).containsExactly(2, 10);
    assertThat(Bilinear.resize(new float[] {2, 10}, 1, 1, 2, 1, 4)).containsExactly(2, 4, 8, 10);
    float[] flat = {3, 3, 3, 3, 3, 3};
    assertThat(Bilinear.resize(flat, 1, 2, 3, 5, 7)).containsOnly(3).hasSize(35);
  }

  @Test
  void coversTheMiddleWithTheMeanOfEachChannel() {
    float[] sample = new float[32];
    for (int i = 0; i < 32; i++) {
      sample[i] = i;
    }
    float[] occluded = new Destruction(2, 4, 4).occlude(sample);
    for (int i = 0; i < 32; i++) {
      int y = i % 16 / 4;
      int x = i % 4;
      boolean middle = y >= 1 && y < 3 && x >= 1 && x < 3;
      float mean = i < 16 ? 7.5f : 23.5f;
      assertThat(occluded[i]).isCloseTo(middle ? mean : i, within(1e-6f));
    }
  }

  @Test
  void drawsAnIndependentPermutationForEachRow() {
    int[][] permutations = Destruction.permutations(3, 16, new CounterRandom(5, 0));
    assertThat(permutations[0]).isNotEqualTo(permutations[1]).isNotEqualTo(permutations[2]);
    assertThat(permutations[1]).containsExactlyInAnyOrder(IntStream.range(0, 16).toArray());
    assertThat(Destruction.permutations(3, 16, new CounterRandom(5, 0)))
        .isDeepEqualTo(permutations);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Destruction destruction = new Destruction(1, 4, 4);
    assertThatThrownBy(() -> destruction.shufflePatches(new float[15], 2, new int[4]))
        .hasMessageContaining("Sample of 15 values, expected 1 * 4 * 4");
    assertThatThrownBy(() -> destruction.shufflePatches(new float[16], 5, new int[25]))
        .hasMessageContaining("5 patches per side");
    assertThatThrownBy(() -> destruction.shufflePatches(new float[16], 2, new int[5]))
        .hasMessageContaining("Permutation of 5 places, expected 4");
    assertThatThrownBy(() -> new Destruction(0, 4, 4)).hasMessageContaining("[0, 4, 4]");
  }

  private static int[] inverse(int[] permutation) {
    int[] inverse = new int[permutation.length];
    for (int i = 0; i < inverse.length; i++) {
      inverse[permutation[i]] = i;
    }
    return inverse;
  }
}
