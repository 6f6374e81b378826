package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.adapters.decision.CostMatrix;
import dev.evenkeel.adapters.decision.CostMatrixJson;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shirt that is taken for something else costs ten times what any other error costs. */
class CostBacktestTest {
  private static final int CLASSES = 10;
  private static final int SHIRT = 6;

  @TempDir private Path directory;
  private Path model;
  private Path images;
  private Path labels;
  private Path costs;
  private CostMatrix matrix;

  @BeforeEach
  void unpack() throws IOException {
    model = CommandRun.fashion("models/fashion-resnet.onnx", directory);
    Path archive = CommandRun.fashion("calibration/source-images.npz", directory);
    images = directory.resolve("images.npy");
    Npy.write(images, Npz.read(archive).get("images"));
    labels = CommandRun.fashion("calibration/source-labels.npy", directory);
    double[][] rows = new double[CLASSES][CLASSES];
    for (int row = 0; row < CLASSES; row++) {
      for (int answer = 0; answer < CLASSES; answer++) {
        rows[row][answer] = answer == row ? 0 : row == SHIRT ? 10 : 1;
      }
    }
    matrix = CostMatrix.of(rows);
    costs = directory.resolve("costs.json");
    CostMatrixJson.write(costs, matrix);
  }

  @Test
  void recallOfTheProtectedClassRisesAndTheMeanCostFalls() throws IOException {
    Path plainLogits = directory.resolve("plain.npy");
    Path costedLogits = directory.resolve("costed.npy");
    JsonNode plain = backtest("unmix-tns", "--logits-out", plainLogits);
    JsonNode costed =
        backtest("unmix-tns", "--logits-out", costedLogits, "--set", "decision.costs=" + costs);

    assertThat(plain.get("mean_cost").isNull()).isTrue();
    assertThat(plain.get("source_mean_cost").isNull()).isTrue();
    assertThat(recall(costed)).isGreaterThan(recall(plain) + 0.05);
    double costedMean = costed.get("mean_cost").asDouble();
    assertThat(costedMean).isLessThan(0.8 * meanCostByHand(plainLogits, false));
    assertThat(costedMean).isCloseTo(meanCostByHand(costedLogits, true), within(1e-9));
    assertThat(costed.get("error_rate").asDouble())
        .isGreaterThan(plain.get("error_rate").asDouble());
    assertThat(Npy.read(costedLogits).toFloats()).isEqualTo(Npy.read(plainLogits).toFloats());
  }

  @Test
  void theSourceModelAnswersByTheSameRule() {
    JsonNode plain = backtest("source");
    JsonNode costed = backtest("source", "--set", "decision.costs=" + costs);
    assertThat(costed.get("source_mean_cost")).isEqualTo(costed.get("mean_cost"));
    assertThat(costed.get("source_error_rate")).isEqualTo(costed.get("error_rate"));
    assertThat(costed.get("source_error_rate").asDouble())
        .isGreaterThan(plain.get("source_error_rate").asDouble());
  }

  @Test
  void theTableTellsTheMeanCostToo() {
    assertThat(run("source", "--set", "decision.costs=" + costs).out()).contains("mean cost");
    assertThat(run("source").out()).doesNotContain("mean cost");
  }

  @Test
  void costsOfAnotherModelAreAnErrorOfUsage() throws IOException {
    Files.writeString(costs, "[[0, 1], [5, 0]]");
    CommandRun refused = run("source", "--set", "decision.costs=" + costs);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains("set.decision.costs: " + costs)
        .contains("is for 2 classes, the model has 10");
  }

  private static double recall(JsonNode result) {
    return result.get("recall_per_class").get(SHIRT).asDouble();
  }

  /** Mean cost of the likeliest classes, or of the answers with the least expected cost. */
  private double meanCostByHand(Path logitsFile, boolean decidedByCost) throws IOException {
    float[] logits = Npy.read(logitsFile).toFloats();
    long[] truth = Npy.read(labels).toLongs();
    double total = 0;
    for (int sample = 0; sample < truth.length; sample++) {
      double[] scores = new double[CLASSES];
      for (int answer = 0; answer < CLASSES; answer++) {
        for (int y = 0; y < CLASSES && decidedByCost; y++) {
          scores[answer] -= matrix.cost(y, answer) * Math.exp(logits[sample * CLASSES + y]);
        }
        scores[answer] = decidedByCost ? scores[answer] : logits[sample * CLASSES + answer];
      }
      int best = 0;
      for (int answer = 1; answer < CLASSES; answer++) {
        best = scores[answer] > scores[best] ? answer : best;
      }
      total += matrix.cost(Math.toIntExact(truth[sample]), best);
    }
    return total / truth.length;
  }

  private JsonNode backtest(String recipe, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(more));
    arguments.add("--json");
    CommandRun run = run(recipe, arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  private CommandRun run(String recipe, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("backtest", "--model", model, "--inputs", images, "--labels", labels));
    arguments.addAll(List.of("--recipe", recipe, "--batch-size", 64));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }
}
