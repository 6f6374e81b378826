package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.drift.PredictionWindow.Answer;
import dev.evenkeel.adapters.drift.PredictionWindow.Fate;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionWindowTest {
  @Test
  void tellsMeansCountsAndTimes() {
    PredictionWindow window = new PredictionWindow(3);
    window.add(answer(List.of(0.7f, 0.2f, 0.1f), 0, 0, 4, 100, 10), 0.6);
    window.add(answer(List.of(0.1f, 0.4f, 0.5f), 2, 1, 4, 50, 10), 0.6);
    window.add(answer(List.of(0.1f, 0.8f, 0.1f), 1, -1, 5, 80, 20), 0.6);
    assertThat(window.samples()).isEqualTo(3);
    assertThat(window.batches()).isEqualTo(2);
    assertThat(window.updates()).isEqualTo(2);
    assertThat(window.start()).isEqualTo(50);
    assertThat(window.end()).isEqualTo(100);
    assertThat(window.meanConfidence()).isCloseTo(2.0 / 3, within(1e-6));
    assertThat(window.meanMargin()).isCloseTo((0.5 + 0.1 + 0.7) / 3, within(1e-6));
    assertThat(window.shareAboveThreshold()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(window.counts()).containsExactly(1, 1, 1);
    assertThat(window.sourceCounts()).containsExactly(1, 1, 0);
    assertThat(window.agreement()).isEqualTo(0.5);
  }

  @Test
  void diversityCountsTheClassesThatAreThere() {
    PredictionWindow even = new PredictionWindow(3);
    PredictionWindow collapsed = new PredictionWindow(3);
    for (int y = 0; y < 3; y++) {
      even.add(answer(certain(y), y, -1, 0, 0, 0), 1);
      collapsed.add(answer(certain(1), 1, -1, 0, 0, 0), 1);
    }
    assertThat(even.diversity()).isCloseTo(3, within(1e-9));
    assertThat(collapsed.diversity()).isCloseTo(1, within(1e-9));
    assertThat(even.agreement()).isNaN();
  }

  @Test
  void goesOnFromItsNumbers() {
    PredictionWindow window = new PredictionWindow(3);
    window.add(answer(certain(1), 1, 2, 7, 5, 6), 1);
    PredictionWindow restored = new PredictionWindow(window.toArray());
    window.add(answer(certain(2), 2, 2, 8, 9, 9), 1);
    restored.add(answer(certain(2), 2, 2, 8, 9, 9), 1);
    assertThat(restored.toArray()).containsExactly(window.toArray());
    assertThatThrownBy(() -> new PredictionWindow(new double[4])).hasMessageContaining("4 numbers");
  }

  private static List<Float> certain(int label) {
    return List.of(label == 0 ? 1f : 0f, label == 1 ? 1f : 0f, label == 2 ? 1f : 0f);
  }

  private static Answer answer(
      List<Float> probabilities, int label, int source, long step, long time, long produced) {
    return new Answer(probabilities, label, source, 0.5, step, Fate.ADAPTED, time, produced);
  }
}
