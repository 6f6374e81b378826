package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.step.AdaptHarness.MANY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.snapshots.SnapshotOptions;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.Outcome;
import dev.evenkeel.v1.Prediction;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Learning gives way to answering while samples wait; record times are their numbers here. */
class LagBudgetTest {
  private static final Map<String, String> ANY_BATCH = Map.of("normalization.min-batch", "1");

  @Test
  void laggingBatchesAreAnsweredAndNotLearnedFrom() throws Exception {
    ProgramFactory program = FashionSamples.program("ema-bn+tent", ANY_BATCH);
    try (AdaptHarness harness = new AdaptHarness(program, options(program, 1000))) {
      harness.setProcessingTime(500);
      harness.feed("a", 0, 4);
      harness.setProcessingTime(1500);
      harness.feed("a", 4, 8);
      harness.setProcessingTime(800);
      harness.feed("a", 8, 12);
      harness.setProcessingTime(500);
      harness.feed("a", 12, 16);

      assertThat(outcomes(harness))
          .as("waited 0.5, 1.5, 0.8 and 0.5 s; learning again at half of the limit")
          .containsExactly(Outcome.ADAPTED, Outcome.SKIPPED, Outcome.SKIPPED, Outcome.ADAPTED);
      assertThat(harness.predictions().get(12).getAdaptationStep())
          .as("statistics moved all the same")
          .isEqualTo(3);
    }
  }

  @Test
  void memoriesKeepSamplesAndDoNotLearnWhileLagging() throws Exception {
    ProgramFactory program =
        FashionSamples.program("rotta", Map.of("memory.update-every", "4", "memory.minimal", "2"));
    try (AdaptHarness harness = new AdaptHarness(program, options(program, 1000))) {
      harness.setProcessingTime(5000);
      harness.feed("a", 0, 8);
      harness.setProcessingTime(0);
      harness.feed("a", 8, 12);
      assertThat(outcomes(harness))
          .containsExactly(Outcome.SKIPPED, Outcome.SKIPPED, Outcome.ADAPTED);
    }
  }

  @Test
  void withoutALimitEveryBatchIsLearnedFrom() throws Exception {
    ProgramFactory program = FashionSamples.program("ema-bn+tent", ANY_BATCH);
    try (AdaptHarness harness = new AdaptHarness(program, options(program, 0))) {
      harness.setProcessingTime(1_000_000_000);
      harness.feed("a", 0, 8);
      assertThat(outcomes(harness)).containsOnly(Outcome.ADAPTED);
    }
  }

  private static List<Outcome> outcomes(AdaptHarness harness) {
    List<Prediction> answers = harness.predictions();
    return IntStream.range(0, answers.size() / 4)
        .mapToObj(b -> answers.get(4 * b).getOutcome())
        .toList();
  }

  private static AdaptOptions options(ProgramFactory program, long maxLagMillis) {
    return new AdaptOptions(
        StateConfig.Scope.STREAM,
        new BatchPolicy(false, 4, 0),
        CallPolicy.ONE_BY_ONE,
        0,
        AdaptOptions.States.keep(MANY),
        maxLagMillis,
        AdaptOptions.Watching.OFF,
        SnapshotOptions.OFF,
        false,
        null,
        new MetricsOptions("test", program.recipe(), -1));
  }
}
