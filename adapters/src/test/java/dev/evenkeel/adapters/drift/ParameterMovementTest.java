package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ParameterMovementTest {
  private final ParameterMovement movement = new ParameterMovement(new float[] {3, 4});

  @Test
  void distanceIsRelativeToTheSource() {
    assertThat(movement.distance(new float[] {3, 4})).isZero();
    assertThat(movement.distance(new float[] {3, 5})).isEqualTo(0.2, within(1e-12));
    assertThat(movement.distance(new float[] {6, 8})).isEqualTo(1, within(1e-12));
  }

  @Test
  void aStepHasItsEuclideanNorm() {
    assertThat(ParameterMovement.norm(new float[] {1, 1}, new float[] {4, 5}))
        .isEqualTo(5, within(1e-12));
  }

  @Test
  void refusesParametersOfAnotherModel() {
    assertThatThrownBy(() -> movement.distance(new float[3]))
        .hasMessageContaining("from 2 to 3 parameters");
  }
}
