package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.step.AdaptHarness.MANY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.quality.WatchedBatch;
import dev.evenkeel.jobs.testing.FashionSamples;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

/** The watch is told how learned parameters move. */
class ParameterNotesTest {
  private static final BatchPolicy BY_SIXTEEN = new BatchPolicy(false, 16, 0);

  @Test
  void distanceGrowsWithTheStepsAndEndsWithAReset() throws Exception {
    List<double[]> moved = movements("tent", Map.of("reset.every", "4"), 5 * 16);
    assertThat(moved).hasSize(5);
    assertThat(moved.get(0)[0]).isPositive();
    for (int b = 1; b < 3; b++) {
      assertThat(moved.get(b)[0]).isGreaterThan(moved.get(b - 1)[0]);
      assertThat(moved.get(b)[1]).isPositive();
    }
    assertThat(moved.get(3)[0]).as("back at the source").isZero();
    assertThat(moved.get(3)[1]).as("a reset is no step of the optimiser").isNaN();
    assertThat(moved.get(4)[0]).isPositive();
  }

  @Test
  void aBatchThatIsNotLearnedFromMakesNoStep() throws Exception {
    List<double[]> moved = movements("tent", Map.of("update-every", "2"), 2 * 16);
    assertThat(moved.get(0)).containsExactly(0, Double.NaN, Double.NaN);
    assertThat(moved.get(1)[1]).isPositive();
  }

  @Test
  void recipesThatLearnNothingTellNothing() throws Exception {
    assertThat(movements("ema-bn", Map.of(), 16).get(0)).isEmpty();
  }

  @Test
  void recipesWithComponentsTellNowAndThenHowUndecidedTheirAssignmentIs() throws Exception {
    List<double[]> moved = movements("unmix-tns", Map.of(), 17 * 16);
    assertThat(moved.get(0)[0]).as("nothing is learned").isNaN();
    assertThat(moved.get(0)[2]).isBetween(0.1, Math.log(16));
    assertThat(moved.subList(1, 16)).as("not at every step").containsOnly(new double[0]);
    assertThat(moved.get(16)[2]).isBetween(0.1, Math.log(16));
    double[] learned = movements("unmix-tns+tent", Map.of(), 16).get(0);
    assertThat(learned[0]).isPositive();
    assertThat(learned[2]).isBetween(0.1, Math.log(16));
  }

  private static List<double[]> movements(String recipe, Map<String, String> settings, int samples)
      throws Exception {
    ProgramFactory program = FashionSamples.program(recipe, settings);
    AdaptOptions options = AdaptHarness.options(program, BY_SIXTEEN, 0, MANY);
    try (AdaptHarness harness = new AdaptHarness(program, options)) {
      harness.feed("a", 0, samples);
      return harness.getSideOutput(AdaptOperator.WATCHED).stream()
          .map(StreamRecord::getValue)
          .map(WatchedBatch::movement)
          .toList();
    }
  }
}
