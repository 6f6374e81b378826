package dev.evenkeel.adapters.tta.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  private static final float[] START = {1, -2};
  private static final float[] SLOPE = {0.5f, -1};

  @Test
  void plainDescentFollowsTheSlopeAndRemembersNothing() {
    Moved moved = new Sgd(0, false, 0).step(START, SLOPE, 0.1, OptimizerState.INITIAL);
    assertThat(moved.parameters()).containsExactly(0.95f, -1.9f);
    assertThat(moved.state()).isEqualTo(new OptimizerState(1, new TreeMap<>()));
  }

  @Test
  void momentumStartsWithTheFirstSlopeAndAddsUp() {
    Sgd sgd = new Sgd(0.9, false, 0);
    Moved first = sgd.step(START, SLOPE, 0.1, OptimizerState.INITIAL);
    assertThat(first.parameters()).containsExactly(0.95f, -1.9f);
    Moved second = sgd.step(first.parameters(), SLOPE, 0.1, first.state());
    assertThat(second.parameters()).containsExactly(new float[] {0.855f, -1.71f}, within(1e-6f));
    assertThat(second.state().vectors().get("momentum"))
        .containsExactly(new float[] {0.95f, -1.9f}, within(1e-6f));
  }

  @Test
  void nesterovLooksAhead() {
    Sgd sgd = new Sgd(0.9, true, 0);
    Moved first = sgd.step(START, SLOPE, 0.1, OptimizerState.INITIAL);
    assertThat(first.parameters()[0]).isCloseTo(1 - 0.1f * (0.5f + 0.9f * 0.5f), within(1e-6f));
    Moved second = sgd.step(first.parameters(), SLOPE, 0.1, first.state());
    assertThat(second.parameters()[0])
        .isCloseTo(first.parameters()[0] - 0.1f * (0.5f + 0.9f * 0.95f), within(1e-6f));
  }

  @Test
  void weightDecayPullsTowardsZero() {
    Moved moved =
        new Sgd(0, false, 0.1).step(START, new float[] {0, 0}, 0.5, OptimizerState.INITIAL);
    assertThat(moved.parameters()).containsExactly(new float[] {0.95f, -1.9f}, within(1e-6f));
  }

  @Test
  void adamFirstMovesByTheLearningRateWhateverTheSlope() {
    Moved moved = new Adam(0.9, 0.999, 1e-8).step(START, SLOPE, 0.01, OptimizerState.INITIAL);
    assertThat(moved.parameters()[0]).isCloseTo(0.99f, within(1e-6f));
    assertThat(moved.parameters()[1]).isCloseTo(-1.99f, within(1e-6f));
  }

  @Test
  void adamCorrectsBothMomentsForTheirStart() {
    Adam adam = new Adam(0.9, 0.999, 1e-8);
    Moved first = adam.step(START, SLOPE, 0.01, OptimizerState.INITIAL);
    Moved second = adam.step(first.parameters(), new float[] {-0.25f, -1}, 0.01, first.state());
    // By hand: m = 0.9 * 0.05 - 0.1 * 0.25 = 0.02, v = 0.999 * 0.00025 + 0.001 * 0.0625.
    double mean = 0.02 / (1 - 0.81);
    double square = (0.999 * 0.00025 + 0.001 * 0.0625) / (1 - 0.999 * 0.999);
    assertThat((double) second.parameters()[0])
        .isCloseTo(0.99 - 0.01 * mean / Math.sqrt(square), within(1e-6));
    assertThat(second.state().steps()).isEqualTo(2);
    assertThat(second.state().vectors().get("first-moment")[0]).isCloseTo(0.02f, within(1e-7f));
  }

  @Test
  void stepsLeaveTheirArgumentsAlone() {
    Adam adam = new Adam(0.9, 0.999, 1e-8);
    float[] parameters = START.clone();
    Moved first = adam.step(parameters, SLOPE, 0.01, OptimizerState.INITIAL);
    float[] remembered = first.state().vectors().get("first-moment").clone();
    Moved once = adam.step(first.parameters(), SLOPE, 0.01, first.state());
    Moved again = adam.step(first.parameters(), SLOPE, 0.01, first.state());
    assertThat(parameters).isEqualTo(START);
    assertThat(first.state().vectors().get("first-moment")).isEqualTo(remembered);
    assertThat(again.parameters()).isEqualTo(once.parameters());
  }

  @Test
  void refusesAStateOfAnotherOptimizer() {
    OptimizerState state =
        new Sgd(0.9, false, 0).step(START, SLOPE, 0.1, OptimizerState.INITIAL).state();
    assertThatThrownBy(() -> new Adam(0.9, 0.999, 1e-8).step(START, SLOPE, 0.1, state))
        .hasMessageContaining("[momentum], expected [first-moment, second-moment]");
    assertThatThrownBy(() -> new Sgd(0.9, false, 0).step(new float[3], new float[3], 0.1, state))
        .hasMessageContaining("'momentum' has length 2 for 3 parameters");
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertThatThrownBy(() -> new Sgd(1, false, 0)).hasMessageContaining("Momentum is 1.0");
    assertThatThrownBy(() -> new Sgd(0, true, 0)).hasMessageContaining("Nesterov");
    assertThatThrownBy(() -> new Sgd(0, false, -1)).hasMessageContaining("Weight decay");
    assertThatThrownBy(() -> new Adam(-0.1, 0, 1)).hasMessageContaining("Beta 1");
    assertThatThrownBy(() -> new Adam(0, 1, 1)).hasMessageContaining("Beta 2");
    assertThatThrownBy(() -> new Adam(0, 0, Double.NaN)).hasMessageContaining("Epsilon");
    assertThatThrownBy(
            () -> new Sgd(0, false, 0).step(START, SLOPE, Double.NaN, OptimizerState.INITIAL))
        .hasMessageContaining("Learning rate NaN");
  }
}
