package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateMovementTest {
  private final RandomTensors random = RandomTensors.seeded();
  private final StateDict source =
      StateDict.of(
          Map.of(
              "affine.scale", random.normal(300),
              "norm.variances", random.uniform(1e3, 1e4, 300),
              "labelshift.prior", Tensor.ofDoubles(Shape.of(2), 0.5, 0.5),
              "counter.steps", Tensor.scalar(5L)));
  private final StateMovement movement = new StateMovement(source);

  @Test
  void countsEachEntryByItsSize() {
    StateDict moved =
        source.with(
            Map.of(
                "affine.scale", scaled("affine.scale", 1.03f),
                "norm.variances", scaled("norm.variances", 1.04f),
                "counter.steps", Tensor.scalar(9L)));
    assertThat(movement.fromSource(source)).isZero();
    assertThat(movement.fromSource(moved)).isCloseTo(0.05, within(1e-6));
  }

  @Test
  void sketchesEstimateDistances() {
    for (int i = 0; i < 20; i++) {
      double size = Math.pow(10, -3 + i / 5.0);
      StateDict moved =
          source.with(
              Map.of(
                  "affine.scale",
                  Tensor.ofFloats(
                      Shape.of(300), added(source.get("affine.scale").toFloats(), (float) size))));
      double exact = movement.fromSource(moved);
      double estimate = StateMovement.between(movement.sketch(source), movement.sketch(moved));
      // Six standard deviations.
      assertThat(estimate).as("%s", random).isCloseTo(exact, within(0.26 * exact));
    }
    assertThat(StateMovement.between(movement.sketch(source), movement.sketch(source))).isZero();
  }

  @Test
  void refusesAStateOfAnotherProgram() {
    StateDict other = source.with(Map.of("affine.scale", random.normal(2)));
    assertThatThrownBy(() -> movement.sketch(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("affine.scale");
  }

  private Tensor scaled(String name, float factor) {
    float[] values = source.get(name).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  private float[] added(float[] values, float size) {
    float[] noise = random.normal(values.length).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] += size * noise[i];
    }
    return values;
  }
}
