package dev.evenkeel.adapters.tta.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ResetTest {
  @Test
  void firstLossSetsTheAverageAndLaterOnesMoveIt() {
    LossFloor floor = new LossFloor(0.2);
    double first = floor.next(OptionalDouble.empty(), 0.5);
    assertThat(first).isEqualTo(0.5);
    double second = floor.next(OptionalDouble.of(first), 0.1);
    assertThat(second).isCloseTo(0.9 * 0.5 + 0.1 * 0.1, within(1e-15));
  }

  @Test
  void collapsesOnlyStrictlyBelowTheFloor() {
    LossFloor floor = new LossFloor(0.2);
    assertThat(floor.collapsed(0.2)).isFalse();
    assertThat(floor.collapsed(Math.nextDown(0.2))).isTrue();
    assertThat(new LossFloor(0).collapsed(0)).as("a floor of 0 never resets").isFalse();
  }

  @Test
  void averageTakesNoLossThatIsNoNumber() {
    assertThatThrownBy(() -> new LossFloor(0.2).next(OptionalDouble.of(1), Double.NaN))
        .hasMessageContaining("NaN");
  }

  @Test
  void countedResetsFallOnMultiplesButNotOnTheStart() {
    EveryUpdates every = new EveryUpdates(3);
    assertThat(LongStream.rangeClosed(0, 9).filter(every::due)).containsExactly(3L, 6L, 9L);
  }

  @Test
  void sharesOfNoneAndAllGiveOneSideExactly() {
    RandomTensors random = RandomTensors.seeded();
    float[] adapted = random.normal(100).toFloats();
    float[] source = random.normal(100).toFloats();
    assertThat(new ServedAverage(0).apply(adapted, source)).as("%s", random).isEqualTo(adapted);
    assertThat(new ServedAverage(1).apply(adapted, source)).as("%s", random).isEqualTo(source);
    assertThat(new PullBack(0.01).apply(source, source)).as("%s", random).isEqualTo(source);
  }

  @Test
  void pullBackHalvesTheDistanceInSixtyNineSteps() {
    float[] parameters = {3, -1};
    float[] source = {1, 1};
    for (int i = 0; i < 69; i++) {
      parameters = new PullBack(0.01).apply(parameters, source);
    }
    double left = 2 * Math.pow(0.99, 69);
    assertThat((double) parameters[0]).isCloseTo(1 + left, within(1e-4));
    assertThat((double) parameters[1]).isCloseTo(1 - left, within(1e-4));
    assertThat(left).isCloseTo(1, within(0.001));
  }

  @Test
  void refusesSharesAndCountsOutOfRange() {
    assertThatThrownBy(() -> new PullBack(1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new ServedAverage(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new EveryUpdates(0)).hasMessageContaining("every 0");
    assertThatThrownBy(() -> new LossFloor(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new PullBack(0.5).apply(new float[2], new float[3]))
        .hasMessageContaining("2 adapted parameters but 3");
  }
}
