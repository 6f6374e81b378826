package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.adapters.evaluation.OpenSetMetrics;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.OpenSetByHand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacktestCommandTest {
  private static final int SAMPLES = 40;
  private static final int PIXELS = 28 * 28;

  @TempDir private Path directory;
  private Path model;
  private Path images;
  private Path logits;

  @BeforeEach
  void writeNoise() throws IOException {
    model = CommandRun.fashion("models/fashion-resnet.onnx", directory);
    logits = directory.resolve("logits.npy");
    byte[] pixels = new byte[SAMPLES * PIXELS];
    new Random(20_26).nextBytes(pixels);
    images = write("images.npy", Tensor.ofBytes(Shape.of(SAMPLES, 28, 28), pixels));
  }

  @Test
  void answersAsTheReferenceDoesWithSourceAndWithBatchStatistics() throws IOException {
    Path input = CommandRun.fashion("gradients/input.npy", directory);
    for (String[] recipe : new String[][] {{"source", "running"}, {"batch-norm", "batch"}}) {
      Path reference = CommandRun.fashion("gradients/" + recipe[1] + "_logits.npy", directory);
      succeed("--inputs", input, "--recipe", recipe[0], "--batch-size", 16, "--logits-out", logits);
      assertThat(Npy.read(logits).toFloats())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(Npy.read(reference).toFloats());
    }
  }

  @Test
  void countsErrorsAndRecallOverKnownClassesOnly() throws IOException {
    succeed("--inputs", images, "--recipe", "source", "--batch-size", 16, "--logits-out", logits);
    int[] answers = argMax(Npy.read(logits));
    int[] classes = answers.clone();
    classes[0] = (classes[0] + 1) % 10;
    classes[1] = -1;
    Path labels = write("labels.npy", Tensor.ofInts(Shape.of(SAMPLES), classes));
    JsonNode result =
        succeed("--inputs", images, "--labels", labels, "--recipe", "source", "--batch-size", 16);
    assertThat(result.get("error_rate").asDouble()).isEqualTo(1.0 / (SAMPLES - 1));
    assertThat(result.get("source_error_rate").asDouble()).isEqualTo(1.0 / (SAMPLES - 1));
    assertThat(result.get("samples").asInt()).isEqualTo(SAMPLES);
    for (int label = 0; label < 10; label++) {
      int wanted = label;
      boolean occurs = Arrays.stream(classes).anyMatch(c -> c == wanted);
      assertThat(result.get("recall_per_class").get(label).isNull()).isEqualTo(!occurs);
    }
  }

  @Test
  void hasEveryFieldAlsoWithoutLabels() {
    JsonNode result = succeed("--inputs", images, "--recipe", "source", "--batch-size", 16);
    assertThat(result.fieldNames())
        .toIterable()
        .contains(
            "error_rate",
            "source_error_rate",
            "samples",
            "samples_per_second",
            "accepted_ratio",
            "updates",
            "skipped",
            "resets",
            "recall_per_class",
            "estimated_label_distribution");
    assertThat(result.get("error_rate").isNull()).isTrue();
    assertThat(result.get("source_error_rate").isNull()).isTrue();
    assertThat(result.get("recall_per_class").isNull()).isTrue();
    assertThat(result.get("samples_per_second").asDouble()).isPositive();
  }

  @Test
  void startsAnewAtAResetAndLetsNoBatchCrossIt() throws IOException {
    Path twice = write("order.npy", order(0, 20, 0, 20));
    JsonNode result =
        succeed(
            "--inputs",
            images,
            "--order",
            twice,
            "--recipe",
            "ema-bn",
            "--batch-size",
            8,
            "--reset-at",
            "0,20",
            "--logits-out",
            logits);
    assertThat(result.get("resets").asInt()).isEqualTo(1);
    float[] answers = Npy.read(logits).toFloats();
    int half = answers.length / 2;
    assertThat(Arrays.copyOfRange(answers, half, answers.length))
        .containsExactly(Arrays.copyOf(answers, half));
  }

  @Test
  void continuesFromASavedStateAsIfItHadNotStopped() throws IOException {
    Path state = directory.resolve("state.npz");
    Path first = write("first.npy", order(0, 16));
    Path second = write("second.npy", order(16, 40));
    succeed(recipe(images, "--state-out", state, "--order", first));
    succeed(recipe(images, "--initial-state", state, "--order", second, "--logits-out", logits));
    float[] continued = Npy.read(logits).toFloats();
    succeed(recipe(images, "--logits-out", logits));
    float[] whole = Npy.read(logits).toFloats();
    assertThat(continued)
        .containsExactly(Arrays.copyOfRange(whole, whole.length - continued.length, whole.length));
    assertThat(Npz.read(state).get("norm.means").shape()).isEqualTo(Shape.of(16, 560));
  }

  @Test
  void dividesBytesBy255AndAddsTheChannelAxis() throws IOException {
    byte[] pixels = new byte[SAMPLES * PIXELS];
    Npy.read(images).bytes().get(pixels);
    float[] scaled = new float[pixels.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = Byte.toUnsignedInt(pixels[i]) / 255f;
    }
    Path floats = write("floats.npy", Tensor.ofFloats(Shape.of(SAMPLES, 1, 28, 28), scaled));
    succeed(recipe(images, "--logits-out", logits));
    float[] ofBytes = Npy.read(logits).toFloats();
    succeed(recipe(floats, "--logits-out", logits));
    assertThat(Npy.read(logits).toFloats()).containsExactly(ofBytes, within(1e-5f));
  }

  @Test
  void ratesUnknownClassesByTheEnergyOfTheLogits() throws IOException {
    succeed("--inputs", images, "--recipe", "source", "--batch-size", 16, "--logits-out", logits);
    int[] classes = argMax(Npy.read(logits));
    float[] values = Npy.read(logits).toFloats();
    double[] scores = new double[SAMPLES];
    boolean[] known = new boolean[SAMPLES];
    boolean[] right = new boolean[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      double sum = 0;
      for (int label = 0; label < 10; label++) {
        sum += Math.exp(values[i * 10 + label]);
      }
      scores[i] = Math.log(sum);
      known[i] = i % 3 > 0;
      right[i] = i % 4 > 0;
      classes[i] = !known[i] ? -1 : right[i] ? classes[i] : (classes[i] + 1) % 10;
    }
    Path labels = write("labels.npy", Tensor.ofInts(Shape.of(SAMPLES), classes));
    JsonNode result =
        succeed("--inputs", images, "--labels", labels, "--recipe", "source", "--batch-size", 16);
    OpenSetMetrics expected = OpenSetByHand.of(scores, known, right);
    assertThat(result.get("auroc").asDouble()).isCloseTo(expected.auroc(), within(1e-9));
    assertThat(result.get("fpr_at_95_tpr").asDouble())
        .isCloseTo(expected.fprAt95Tpr(), within(1e-9));
    assertThat(result.get("oscr").asDouble()).isCloseTo(expected.oscr(), within(1e-9));
    assertThat(result.get("h_score").asDouble()).isCloseTo(expected.hScore(), within(1e-9));
    CommandRun table =
        backtest("--inputs", images, "--labels", labels, "--recipe", "source", "--batch-size", 16);
    assertThat(table.out()).contains("AUROC").contains("OSCR").contains("H-score");
  }

  @Test
  void withoutUnknownClassesThereAreNoOpenSetFigures() throws IOException {
    Path labels = write("labels.npy", Tensor.ofInts(Shape.of(SAMPLES), new int[SAMPLES]));
    JsonNode result =
        succeed("--inputs", images, "--labels", labels, "--recipe", "source", "--batch-size", 16);
    for (String name : List.of("auroc", "fpr_at_95_tpr", "oscr", "h_score")) {
      assertThat(result.get(name).isNull()).as(name).isTrue();
    }
  }

  @Test
  void stopsAfterTheGivenNumberOfBatches() throws IOException {
    JsonNode result = succeed(recipe(images, "--batches", 2, "--logits-out", logits));
    assertThat(result.get("samples").asInt()).isEqualTo(32);
    assertThat(Npy.read(logits).shape()).isEqualTo(Shape.of(32, 10));
  }

  @Test
  void answersAShortLastBatchOfBatchStatisticsFromTheSource() {
    JsonNode result = succeed("--inputs", images, "--recipe", "batch-norm", "--batch-size", 32);
    assertThat(result.get("skipped").asInt()).isEqualTo(1);
  }

  @Test
  void namesFileAndRowOfAValueThatIsNotFinite() throws IOException {
    float[] values = new float[3 * PIXELS];
    values[2 * PIXELS + 5] = Float.NaN;
    Path bad = write("bad.npy", Tensor.ofFloats(Shape.of(3, 1, 28, 28), values));
    CommandRun run = backtest("--inputs", images, bad, "--recipe", "source", "--batch-size", 16);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains(bad.toString()).contains("row 2").hasLineCount(1);
  }

  @Test
  void refusesABatchSizeBelowTheSmallestUsefulOne() {
    CommandRun run = backtest("--inputs", images, "--recipe", "batch-norm", "--batch-size", 8);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--batch-size is 8").contains("normalization.min-batch");
  }

  @Test
  void refusesAFileThatTheRecipeDoesNotUse() {
    CommandRun run =
        backtest("--inputs", images, "--recipe", "source", "--batch-size", 8, "--fisher", "f.npz");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--fisher").contains("recipe source does not use it");
  }

  @Test
  void suggestsTheRecipeAndTheSettingThatWereMeant() {
    CommandRun recipe = backtest("--inputs", images, "--recipe", "unmixtns", "--batch-size", 8);
    assertThat(recipe.exitCode()).isEqualTo(2);
    assertThat(recipe.err()).contains("unmixtns").contains("unmix-tns");
    CommandRun setting = run(recipe(images, "--set", "normalization.component=8"));
    assertThat(setting.exitCode()).isEqualTo(2);
    assertThat(setting.err()).contains("normalization.components");
  }

  @Test
  void refusesSamplesThatTheModelDoesNotTake() throws IOException {
    Path wide = write("wide.npy", Tensor.ofBytes(Shape.of(1, 28, 29), new byte[28 * 29]));
    CommandRun run = backtest("--inputs", wide, "--recipe", "source", "--batch-size", 8);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("[28, 29]").contains("[1, 28, 28]");
  }

  @Test
  void readsARecipeFile() throws IOException {
    Path file = directory.resolve("recipe.yaml");
    Files.writeString(
        file,
        "recipe: unmix-tns\nset:\n  normalization.components: 4\n  normalization.momentum: 0.2\n");
    Path state = directory.resolve("state.npz");
    succeed("--inputs", images, "--recipe", file, "--batch-size", 8, "--state-out", state);
    assertThat(Npz.read(state).get("norm.means").shape()).isEqualTo(Shape.of(4, 560));
  }

  @Test
  void countsWhatWasLearned() {
    JsonNode tent = succeed(learning("tent"));
    assertThat(tent.get("updates").asInt()).isEqualTo(2);
    assertThat(tent.get("accepted_ratio").isNull()).isTrue();
    assertThat(tent.get("skipped").asInt()).as("the last 8 samples").isEqualTo(1);

    JsonNode all = succeed(learning("eta", "--set", "selection.entropy-margin=100"));
    assertThat(all.get("accepted_ratio").asDouble()).isGreaterThan(0).isLessThanOrEqualTo(1);
    assertThat(all.get("updates").asInt()).isPositive();

    JsonNode none = succeed(learning("eta", "--set", "selection.entropy-margin=0.000001"));
    assertThat(none.get("accepted_ratio").asDouble()).isZero();
    assertThat(none.get("updates").asInt()).isZero();
    assertThat(none.get("skipped").asInt()).isEqualTo(3);
  }

  @Test
  void batchesWhoseTurnItIsNotAreNotRefused() {
    JsonNode result = succeed(learning("tent", "--set", "update-every=2", "--batches", 2));
    assertThat(result.get("updates").asInt()).isEqualTo(1);
    assertThat(result.get("skipped").asInt()).isZero();
  }

  @Test
  void resetsOfTheRecipeCountToo() {
    JsonNode result = succeed(learning("tent", "--set", "reset.every=1", "--reset-at", 32));
    assertThat(result.get("resets").asInt()).isEqualTo(3);
  }

  @Test
  void showsWhatWasLearnedInTheTable() {
    CommandRun run = run(learning("eta", "--set", "selection.entropy-margin=0.000001"));
    assertThat(run.out()).containsPattern("accepted samples +0[.]00 %");
    assertThat(run.out()).containsPattern("optimiser steps +0");
    assertThat(run.out()).containsPattern("skipped batches +3");
  }

  @Test
  void readsTheFisherInformationThatModelFisherWrites() {
    Path fisher = directory.resolve("F.npz");
    CommandRun missing = run(learning("eata"));
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("model fisher").hasLineCount(1);
    CommandRun absent = run(learning("eata", "--fisher", fisher));
    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.err()).contains(fisher + " does not exist").hasLineCount(1);

    CommandRun made =
        CommandRun.of(
            "model",
            "fisher",
            "--model",
            model,
            "--inputs",
            images,
            "--batch-size",
            16,
            "--out",
            fisher,
            "--json");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.json().get("samples").asInt()).as("without the last 8").isEqualTo(32);
    String[] keepsAll = {"--set", "selection.entropy-margin=100"};
    assertThat(
            succeed(learning("eata", "--fisher", fisher, keepsAll[0], keepsAll[1]))
                .get("updates")
                .asInt())
        .isPositive();
  }

  @Test
  void theSmallestBatchIsThatOfTheRecipeFittedToTheModel() {
    Path vit = CommandRun.fashion("models/fashion-tiny-vit.onnx", directory);
    CommandRun run =
        CommandRun.of(
            "backtest",
            "--model",
            vit,
            "--inputs",
            images,
            "--recipe",
            "tent",
            "--batch-size",
            1,
            "--batches",
            3,
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().get("updates").asInt()).isEqualTo(3);
    CommandRun refused = backtest("--inputs", images, "--recipe", "tent", "--batch-size", 8);
    assertThat(refused.exitCode()).isEqualTo(2);
  }

  @Test
  void printsATableWithoutJson() {
    CommandRun run = run(recipe(images));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("unmix-tns").contains("samples").contains("40");
  }

  private static Object[] recipe(Path inputs, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("--inputs", inputs, "--recipe", "unmix-tns", "--batch-size", 16));
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  private Object[] learning(String recipe, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("--inputs", images, "--recipe", recipe, "--batch-size", 16));
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  private JsonNode succeed(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    CommandRun run = run(all.toArray());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run.json();
  }

  private CommandRun backtest(Object... arguments) {
    return run(arguments);
  }

  private CommandRun run(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("backtest", "--model", model));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray());
  }

  private Path write(String name, Tensor tensor) throws IOException {
    Path file = directory.resolve(name);
    Npy.write(file, tensor);
    return file;
  }

  /** Rows from the first to before the second number, and so on. */
  private static Tensor order(int... ranges) {
    List<Long> rows = new ArrayList<>();
    for (int i = 0; i < ranges.length; i += 2) {
      for (long row = ranges[i]; row < ranges[i + 1]; row++) {
        rows.add(row);
      }
    }
    return Tensor.ofLongs(
        Shape.of(rows.size()), rows.stream().mapToLong(Long::longValue).toArray());
  }

  private static int[] argMax(Tensor logits) {
    float[] values = logits.toFloats();
    int[] best = new int[SAMPLES];
    for (int sample = 0; sample < SAMPLES; sample++) {
      for (int label = 1; label < 10; label++) {
        if (values[sample * 10 + label] > values[sample * 10 + best[sample]]) {
          best[sample] = label;
        }
      }
    }
    return best;
  }
}
