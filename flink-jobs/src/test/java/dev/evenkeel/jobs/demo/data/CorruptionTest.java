package dev.evenkeel.jobs.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CorruptionTest {
  private static final int SIDE = 28;

  @ParameterizedTest
  @EnumSource
  void changesTheImageRepeatablyAndLeavesTheOriginal(Corruption corruption) {
    byte[] image = gradient();
    byte[] corrupted = corruption.apply(SIDE, SIDE, image, new Random(1));
    assertThat(corrupted)
        .hasSize(SIDE * SIDE)
        .isNotEqualTo(image)
        .isEqualTo(corruption.apply(SIDE, SIDE, image, new Random(1)));
    assertThat(image).isEqualTo(gradient());
  }

  @Test
  void areSortedByName() {
    assertThat(Stream.of(Corruption.values()).map(Corruption::title)).isSorted();
  }

  @Test
  void gaussianNoiseHasTheStatedStandardDeviation() {
    double[] noise = differences(Corruption.GAUSSIAN_NOISE, uniform(128));
    assertThat(mean(noise)).isCloseTo(0, within(0.01));
    assertThat(standardDeviation(noise)).isCloseTo(0.12, within(0.01));
  }

  @Test
  void shotNoiseHasTheVarianceOfCountedPhotons() {
    double brightness = 64 / 255.0;
    double[] noise = differences(Corruption.SHOT_NOISE, uniform(64));
    assertThat(mean(noise)).isCloseTo(0, within(0.02));
    assertThat(standardDeviation(noise)).isCloseTo(Math.sqrt(brightness / 4), within(0.03));
  }

  @Test
  void impulseNoiseHitsTheStatedShareOfPixels() {
    byte[] corrupted = Corruption.IMPULSE_NOISE.apply(SIDE, SIDE, uniform(128), new Random(1));
    assertThat(share(corrupted, 0)).isCloseTo(0.06, within(0.03));
    assertThat(share(corrupted, 255)).isCloseTo(0.06, within(0.03));
    assertThat(share(corrupted, 128)).isCloseTo(0.88, within(0.05));
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTRAST", "DEFOCUS_BLUR", "MOTION_BLUR", "PIXELATE"})
  void averagesLeaveAUniformImageAlone(Corruption corruption) {
    assertThat(corruption.apply(SIDE, SIDE, uniform(100), new Random(1))).isEqualTo(uniform(100));
  }

  @Test
  void contrastScalesAboutTheMean() {
    byte[] halves = new byte[SIDE * SIDE];
    Arrays.fill(halves, 0, halves.length / 2, (byte) 200);
    byte[] corrupted = Corruption.CONTRAST.apply(SIDE, SIDE, halves, new Random(1));
    assertThat(Byte.toUnsignedInt(corrupted[0])).isEqualTo(180);
    assertThat(Byte.toUnsignedInt(corrupted[corrupted.length - 1])).isEqualTo(20);
  }

  @Test
  void pixelateMakesBlocks() {
    byte[] corrupted = Corruption.PIXELATE.apply(SIDE, SIDE, gradient(), new Random(1));
    for (int i = 0; i < corrupted.length; i++) {
      int corner = i / SIDE / 4 * 4 * SIDE + i % SIDE / 4 * 4;
      assertThat(corrupted[i]).isEqualTo(corrupted[corner]);
    }
  }

  @Test
  void fogOnlyBrightensBlack() {
    byte[] corrupted = Corruption.FOG.apply(SIDE, SIDE, uniform(0), new Random(1));
    int[] values = IntStream.range(0, corrupted.length).map(i -> corrupted[i] & 0xFF).toArray();
    assertThat(Arrays.stream(values).max().orElseThrow()).isBetween(10, 28);
    assertThat(Arrays.stream(values).distinct().count()).isGreaterThan(5);
  }

  @Test
  void refusesAnImageOfAnotherSize() {
    assertThatThrownBy(() -> Corruption.FOG.apply(2, 2, new byte[3], new Random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("An image of 2 x 2 has no 3 pixels");
  }

  private static double[] differences(Corruption corruption, byte[] image) {
    Random random = new Random(1);
    return IntStream.range(0, 20)
        .mapToObj(i -> corruption.apply(SIDE, SIDE, image, random))
        .flatMapToDouble(
            corrupted ->
                IntStream.range(0, image.length)
                    .mapToDouble(i -> ((corrupted[i] & 0xFF) - (image[i] & 0xFF)) / 255.0))
        .toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double standardDeviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(mean(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).toArray()));
  }

  private static double share(byte[] pixels, int value) {
    return IntStream.range(0, pixels.length).filter(i -> (pixels[i] & 0xFF) == value).count()
        / (double) pixels.length;
  }

  private static byte[] uniform(int value) {
    byte[] pixels = new byte[SIDE * SIDE];
    Arrays.fill(pixels, (byte) value);
    return pixels;
  }

  private static byte[] gradient() {
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % SIDE * 7 + i / SIDE);
    }
    return pixels;
  }
}
