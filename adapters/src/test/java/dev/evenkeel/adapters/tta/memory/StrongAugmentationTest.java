package dev.evenkeel.adapters.tta.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.tta.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrongAugmentationTest {
  private final RandomTensors seeded = RandomTensors.seeded();

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void keepsShapeAndRangeAndRepeatsItself(int channels) {
    StrongAugmentation augmentation = StrongAugmentation.of(Shape.of(channels, 9, 12));
    float[] images = seeded.uniform(0, 1, 20, channels, 9, 12).toFloats();
    float[] before = images.clone();
    float[] augmented = augmentation.applyAll(images, 20, new CounterRandom(7, 3));
    assertThat(augmented).hasSameSizeAs(images).isNotEqualTo(images);
    for (float pixel : augmented) {
      assertThat(pixel).as("%s", seeded).isBetween(0f, 1f);
    }
    assertThat(images).isEqualTo(before);
    assertThat(augmentation.applyAll(images, 20, new CounterRandom(7, 3))).isEqualTo(augmented);
    assertThat(augmentation.applyAll(images, 20, new CounterRandom(8, 3))).isNotEqualTo(augmented);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void withoutStrengthNothingChanges(int channels) {
    float[] image = seeded.uniform(0, 1, channels, 9, 12).toFloats();
    Shape shape = Shape.of(channels, 9, 12);
    float[] same =
        new StrongAugmentation(shape, Strengths.NONE).apply(image, new CounterRandom(7, 0));
    assertThat(same).as("%s", seeded).isEqualTo(image);
  }

  @Test
  void imagesAreAugmentedOneByOne() {
    StrongAugmentation augmentation = StrongAugmentation.of(Shape.of(3, 5, 4));
    float[] images = seeded.uniform(0, 1, 2, 3, 5, 4).toFloats();
    CounterRandom random = new CounterRandom(1, 0);
    augmentation.apply(Arrays.copyOf(images, 60), random);
    float[] second = augmentation.apply(Arrays.copyOfRange(images, 60, 120), random);
    float[] both = augmentation.applyAll(images, 2, new CounterRandom(1, 0));
    assertThat(Arrays.copyOfRange(both, 60, 120)).isEqualTo(second);
  }

  @Test
  void mirrorsLeftAndRight() {
    Strengths flip = new Strengths(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0);
    float[] image = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f};
    float[] mirrored =
        new StrongAugmentation(Shape.of(1, 2, 3), flip).apply(image, new CounterRandom(1, 0));
    assertThat(mirrored).containsExactly(0.3f, 0.2f, 0.1f, 0.6f, 0.5f, 0.4f);
  }

  @Test
  void movesNoFurtherThanASixteenthAndRepeatsTheEdge() {
    Strengths shift = new Strengths(0, 0, 0, 0, 0, 0, 1 / 16.0, 0, 0, 0, 0);
    StrongAugmentation augmentation = new StrongAugmentation(Shape.of(1, 32, 32), shift);
    float[] ramp = new float[32 * 32];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (i % 32) / 31f;
    }
    CounterRandom random = new CounterRandom(1, 0);
    double widest = 0;
    for (int round = 0; round < 200; round++) {
      float[] moved = augmentation.apply(ramp, random);
      double way = 31 * Math.abs(moved[16 * 32 + 16] - ramp[16 * 32 + 16]);
      widest = Math.max(widest, way);
      assertThat(way).isLessThanOrEqualTo(2 + 1e-3);
    }
    assertThat(widest).isGreaterThan(1.8);
  }

  @Test
  void greyImagesKeepTheirGreyUnderSaturationAndHue() {
    Strengths colour = new Strengths(0, 0, 0, 0.9, 0.5, 0, 0, 0, 0, 0, 0);
    StrongAugmentation augmentation = new StrongAugmentation(Shape.of(3, 4, 4), colour);
    float[] grey = new float[48];
    Arrays.fill(grey, 0.25f);
    for (float pixel : augmentation.apply(grey, new CounterRandom(2, 0))) {
      assertThat(Math.abs(pixel - 0.25f)).isLessThan(1e-6f);
    }
    float[] red = new float[48];
    Arrays.fill(red, 0, 16, 1);
    assertThat(augmentation.apply(red, new CounterRandom(2, 0))).isNotEqualTo(red);
  }

  @Test
  void refusesWhatIsNoImage() {
    assertThatThrownBy(() -> StrongAugmentation.of(Shape.of(28, 28)))
        .hasMessageContaining("[28, 28]");
    assertThatThrownBy(
            () ->
                StrongAugmentation.of(Shape.of(1, 2, 2))
                    .applyAll(new float[5], 1, new CounterRandom(1, 0)))
        .hasMessageContaining("5 values for 1 images");
    assertThatThrownBy(() -> new Strengths(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0))
        .hasMessageContaining("Gamma 1.0");
  }
}
