package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.profile.HoldOutFile;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Profile, adapter and corrected backtest, as a user makes them one from the other. */
class LabelShiftCommandsTest {
  private static final int CLASSES = 10;
  private static final double RATIO = 100;

  @TempDir private Path directory;
  private Path model;
  private Path images;
  private Path labels;
  private Path profile;

  @BeforeEach
  void unpack() throws IOException {
    model = CommandRun.fashion("models/fashion-resnet.onnx", directory);
    Path archive = CommandRun.fashion("calibration/source-images.npz", directory);
    images = directory.resolve("images.npy");
    Npy.write(images, Npz.read(archive).get("images"));
    labels = CommandRun.fashion("calibration/source-labels.npy", directory);
    profile = directory.resolve("P.json");
  }

  @Test
  void theProfileTellsWhatTheModelAnswersOnTheSource() throws IOException {
    CommandRun run = profile();
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().get("samples").asInt()).isEqualTo(2000);
    assertThat(run.json().get("accuracy").asDouble()).isBetween(0.92, 0.94);
    SourceProfile read = SourceProfileJson.read(profile);
    assertThat(read.classes()).isEqualTo(CLASSES);
    assertThat(read.layers()).hasSize(15);
    assertThat(read.featureMeans()).hasDimensions(CLASSES, 64);
  }

  @Test
  void correctionFindsAndUsesALongTail() throws IOException {
    profile();
    double[] prior = longTail();
    Path order = order(prior, 3000);
    CommandRun plain = backtest(order, "source");
    CommandRun corrected =
        backtest(order, "prior-correction", "--source-profile", profile.toString());
    assertThat(corrected.exitCode()).as(corrected.err()).isZero();
    assertThat(corrected.json().get("error_rate").asDouble())
        .isLessThan(plain.json().get("error_rate").asDouble());
    JsonNode estimate = corrected.json().get("estimated_label_distribution");
    double distance = 0;
    for (int y = 0; y < CLASSES; y++) {
      distance += Math.abs(estimate.get(y).asDouble() - prior[y]) / 2;
    }
    assertThat(distance).isLessThan(0.08);
    assertThat(plain.json().get("estimated_label_distribution").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ema", "flh-ftl", "fth", "online-em", "window"})
  void everyEstimatorFindsALongTail(String estimator) throws IOException {
    profile();
    double[] prior = longTail();
    CommandRun run =
        backtest(
            order(prior, 3000),
            "prior-correction",
            "--source-profile",
            profile.toString(),
            "--set",
            "labelshift.estimator=" + estimator);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode estimate = run.json().get("estimated_label_distribution");
    double distance = 0;
    for (int y = 0; y < CLASSES; y++) {
      distance += Math.abs(estimate.get(y).asDouble() - prior[y]) / 2;
    }
    assertThat(distance).isLessThan(0.1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"atlas", "rogd", "uogd"})
  void everyEstimatorThatLearnsFromAHoldOutLowersTheErrorUnderALongTail(String estimator)
      throws IOException {
    profile("--hold-out", "500");
    Path order = order(longTail(), 3000);
    CommandRun plain = backtest(order, "source");
    CommandRun corrected =
        backtest(
            order,
            "prior-correction",
            "--source-profile",
            profile.toString(),
            "--set",
            "labelshift.estimator=" + estimator,
            "--set",
            "labelshift.hold-out=" + holdOut());
    assertThat(corrected.exitCode()).as(corrected.err()).isZero();
    assertThat(corrected.json().get("error_rate").asDouble())
        .isLessThan(plain.json().get("error_rate").asDouble());
  }

  @Test
  void aHoldOutKeepsTheSharesOfClassesAndTheSamplesOnRequest() throws IOException {
    CommandRun run = profile("--hold-out", "300", "--hold-out-inputs");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().get("hold_out").asText()).isEqualTo(holdOut().toString());
    HoldOutFile kept = HoldOutFile.read(holdOut());
    SourceProfile read = SourceProfileJson.read(profile);
    assertThat(kept.samples()).isEqualTo(300);
    assertThat(kept.inputs().orElseThrow().shape()).isEqualTo(Shape.of(300, 28, 28));
    for (int y = 0; y < CLASSES; y++) {
      int label = y;
      long count = Arrays.stream(kept.labels()).filter(other -> other == label).count();
      assertThat((double) count).as("class %d", y).isCloseTo(300 * read.prior()[y], within(1.0));
    }
    double[] p = kept.calibrated(read).probabilities();
    int hits = 0;
    for (int n = 0; n < 300; n++) {
      int best = 0;
      for (int y = 0; y < CLASSES; y++) {
        best = p[n * CLASSES + y] > p[n * CLASSES + best] ? y : best;
      }
      hits += best == kept.labels()[n] ? 1 : 0;
    }
    assertThat(hits / 300.0).as("answers belong to their labels").isGreaterThan(0.88);
  }

  @Test
  void saysWhatToMakeWhereTheHoldOutIsMissingOrAnother() throws IOException {
    profile("--hold-out", "100");
    Path order = order(longTail(), 64);
    Path other = directory.resolve("other.json");
    Files.copy(profile, other);
    Files.writeString(other, " ", StandardOpenOption.APPEND);
    assertThat(rogd(order, profile, "").err())
        .contains("labelshift.hold-out", "model profile", "--hold-out");
    assertThat(rogd(order, profile, directory.resolve("none.npz").toString()).err())
        .contains("none.npz does not exist");
    assertThat(rogd(order, other, holdOut().toString()).err())
        .contains("was not made with the profile", "other.json");
    assertThat(profile("--hold-out", "10001").err()).contains("expected 1 to 10000");
  }

  private CommandRun rogd(Path order, Path beside, String holdOut) {
    CommandRun run =
        backtest(
            order,
            "prior-correction",
            "--source-profile",
            beside.toString(),
            "--set",
            "labelshift.estimator=rogd",
            "--set",
            "labelshift.hold-out=" + holdOut);
    assertThat(run.exitCode()).isEqualTo(2);
    return run;
  }

  private Path holdOut() {
    return directory.resolve("P.hold-out.npz");
  }

  @Test
  void anAdapterIsTrainedAndNotWorseThanCorrection() throws IOException {
    profile();
    Path adapter = directory.resolve("A.npz");
    CommandRun trained =
        CommandRun.of(
            "model",
            "train-label-shift-adapter",
            "--model",
            model,
            "--inputs",
            images,
            "--labels",
            labels,
            "--out",
            adapter,
            "--epochs",
            3,
            "--json");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.err()).contains("epoch 3 of 3");
    Path order = order(longTail(), 1000);
    CommandRun bent =
        backtest(
            order,
            "label-shift-adapter",
            "--source-profile",
            profile.toString(),
            "--label-shift-adapter",
            adapter.toString());
    CommandRun corrected =
        backtest(order, "prior-correction", "--source-profile", profile.toString());
    assertThat(bent.exitCode()).as(bent.err()).isZero();
    assertThat(bent.json().get("error_rate").asDouble())
        .isLessThanOrEqualTo(corrected.json().get("error_rate").asDouble() + 0.003);
  }

  @Test
  void saysWhatToMakeWhereAFileIsMissing() throws IOException {
    Path order = order(longTail(), 64);
    CommandRun noProfile = backtest(order, "prior-correction");
    assertThat(noProfile.exitCode()).isEqualTo(2);
    assertThat(noProfile.err()).contains("labelshift.source-profile", "model profile");
    profile();
    CommandRun noAdapter =
        backtest(order, "label-shift-adapter", "--source-profile", profile.toString());
    assertThat(noAdapter.exitCode()).isEqualTo(2);
    assertThat(noAdapter.err()).contains("labelshift.adapter", "train-label-shift-adapter");
  }

  @Test
  void refusesTheProfileOfAnotherModel() throws IOException {
    profile();
    model = CommandRun.fashion("models/fashion-resnet-folded.onnx", directory);
    CommandRun run =
        backtest(order(longTail(), 64), "prior-correction", "--source-profile", profile.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("is of the model");
  }

  private CommandRun profile(String... more) {
    Object[] fixed = {
      "model",
      "profile",
      "--model",
      model,
      "--inputs",
      images,
      "--labels",
      labels,
      "--out",
      profile,
      "--json"
    };
    return CommandRun.of(joined(fixed, more));
  }

  private static Object[] joined(Object[] fixed, String... more) {
    Object[] all = Arrays.copyOf(fixed, fixed.length + more.length, Object[].class);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return all;
  }

  private CommandRun backtest(Path order, String recipe, String... more) {
    Object[] fixed = {
      "backtest",
      "--model",
      model,
      "--inputs",
      images,
      "--labels",
      labels,
      "--order",
      order,
      "--recipe",
      recipe,
      "--batch-size",
      64,
      "--json"
    };
    return CommandRun.of(joined(fixed, more));
  }

  private static double[] longTail() {
    double[] prior = new double[CLASSES];
    double sum = 0;
    for (int y = 0; y < CLASSES; y++) {
      prior[y] = Math.pow(RATIO, -y / (CLASSES - 1.0));
      sum += prior[y];
    }
    for (int y = 0; y < CLASSES; y++) {
      prior[y] /= sum;
    }
    return prior;
  }

  /** Positions drawn with replacement so that classes follow a prior. */
  private Path order(double[] prior, int samples) throws IOException {
    long[] truth = Npy.read(labels).toLongs();
    Random random = new Random(Long.getLong("evenkeel.seed", 1));
    long[] order = new long[samples];
    for (int n = 0; n < samples; n++) {
      double left = random.nextDouble();
      int label = 0;
      while (label + 1 < CLASSES && left >= prior[label]) {
        left -= prior[label++];
      }
      int position = random.nextInt(truth.length);
      while (truth[position] != label) {
        position = (position + 1) % truth.length;
      }
      order[n] = position;
    }
    Path file = directory.resolve("order-" + samples + ".npy");
    Npy.write(file, Tensor.ofLongs(Shape.of(samples), order));
    return file;
  }
}
