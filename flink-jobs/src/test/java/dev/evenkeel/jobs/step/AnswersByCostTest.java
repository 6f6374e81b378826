package dev.evenkeel.jobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.decision.CostMatrix;
import dev.evenkeel.adapters.decision.CostMatrixJson;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.Prediction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job's labels where a missed shirt costs far more than any other error. */
class AnswersByCostTest {
  private static final int CLASSES = 10;
  private static final int SHIRT = 6;
  private static final int SAMPLES = 128;

  @TempDir Path folder;
  private CostMatrix costs;
  private Map<String, String> settings;

  @BeforeEach
  void writeCosts() throws IOException {
    double[][] rows = new double[CLASSES][CLASSES];
    for (int row = 0; row < CLASSES; row++) {
      for (int answer = 0; answer < CLASSES; answer++) {
        rows[row][answer] = answer == row ? 0 : row == SHIRT ? 50 : 1;
      }
    }
    costs = CostMatrix.of(rows);
    Path file = folder.resolve("costs.json");
    CostMatrixJson.write(file, costs);
    settings = Map.of("decision.costs", file.toString());
  }

  @Test
  void labelsFollowTheCostsAndNothingElseChanges() throws Exception {
    List<Prediction> plain = answers(FashionSamples.program("unmix-tns"));
    List<Prediction> costed = answers(FashionSamples.program("unmix-tns", settings));

    assertThat(count(costed, SHIRT)).isGreaterThan(count(plain, SHIRT));
    for (int i = 0; i < SAMPLES; i++) {
      Prediction found = costed.get(i);
      assertThat(found.getLabel()).isEqualTo(cheapest(found.getProbabilities()));
      assertThat(found.getConfidence()).isEqualTo(found.getProbabilities().get(found.getLabel()));
      found.setLabel(plain.get(i).getLabel());
      found.setConfidence(plain.get(i).getConfidence());
      found.setSourceLabel(plain.get(i).getSourceLabel());
      found.setProducedAt(plain.get(i).getProducedAt());
      assertThat(found).isEqualTo(plain.get(i));
    }
  }

  @Test
  void theSourceModelIsReadByTheSameRule() throws Exception {
    List<Prediction> plain = answers(FashionSamples.program("source"));
    List<Prediction> costed = answers(FashionSamples.program("source", settings));
    assertThat(costed)
        .allSatisfy(found -> assertThat(found.getSourceLabel()).isEqualTo(found.getLabel()));
    assertThat(count(costed, SHIRT)).isGreaterThan(count(plain, SHIRT));
  }

  /** Costs may be introduced or changed without losing what the streams have learned. */
  @Test
  void aRestoredJobMayAnswerByOtherCosts() throws Exception {
    List<Prediction> expected = answers(FashionSamples.program("unmix-tns", settings));
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(FashionSamples.program("unmix-tns"), null)) {
      harness.feed("a", 0, SAMPLES / 2);
      checkpoint = harness.checkpoint();
    }
    try (AdaptHarness harness =
        harness(FashionSamples.program("unmix-tns", settings), checkpoint)) {
      harness.feed("a", SAMPLES / 2, SAMPLES);
      assertThat(harness.predictions())
          .extracting(Prediction::getLabel)
          .containsExactlyElementsOf(
              expected.subList(SAMPLES / 2, SAMPLES).stream().map(Prediction::getLabel).toList());
    }
  }

  private static List<Prediction> answers(ProgramFactory program) throws Exception {
    try (AdaptHarness harness = harness(program, null)) {
      harness.feed("a", 0, SAMPLES);
      return new ArrayList<>(harness.predictions());
    }
  }

  private static long count(List<Prediction> predictions, int label) {
    return predictions.stream().filter(prediction -> prediction.getLabel() == label).count();
  }

  private int cheapest(List<Float> probabilities) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int answer = 0; answer < CLASSES; answer++) {
      double expected = 0;
      for (int y = 0; y < CLASSES; y++) {
        expected += costs.cost(y, answer) * probabilities.get(y);
      }
      if (expected < least) {
        best = answer;
        least = expected;
      }
    }
    return best;
  }

  private static AdaptHarness harness(ProgramFactory program, OperatorSubtaskState checkpoint)
      throws Exception {
    BatchPolicy bySixteen = new BatchPolicy(false, 16, 0);
    return new AdaptHarness(program, AdaptHarness.options(program, bySixteen, 1.0, 1), checkpoint);
  }
}
