package dev.evenkeel.adapters.labelshift.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelShiftAdapterTest {
  private static final double[] SOURCE = {0.7, 0.2, 0.1};
  private static final double[] REVERSED = {0.1, 0.2, 0.7};
  private static final double[] EVEN = {1 / 3.0, 1 / 3.0, 1 / 3.0};
  private static final double SPACING = 2;

  private final long seed = Long.getLong("evenkeel.seed", 17);
  private final Random random = new Random(seed);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void untrainedItIsTheSourceHeadAtTheSourcePrior(Conditioning conditioning) {
    LabelShiftAdapter adapter = untrained(conditioning);
    LinearHead fused = adapter.fuse(SOURCE);
    assertThat(fused.weight()).isDeepEqualTo(adapter.head().weight());
    assertThat(fused.bias()).containsExactly(adapter.head().bias(), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void untrainedItIsPriorCorrectionElsewhere(Conditioning conditioning) {
    LabelShiftAdapter adapter = untrained(conditioning);
    for (double x : new double[] {-1, 1, 3, 5}) {
      double[] found = softmax(adapter.fuse(REVERSED), x);
      assertThat(found).containsExactly(posterior(x, REVERSED), within(2e-3));
    }
  }

  /** A head that is wrong on purpose has to be bent right, for every prior. */
  @ParameterizedTest
  @EnumSource
  void trainedItAnswersAsBayesUnderEachPrior(Conditioning conditioning) {
    AdapterTraining.Trained trained =
        training(6000, wrongHead()).train(conditioning, 2, 60, seed, p -> {});
    assertThat(trained.loss()).isLessThan(trained.untrained());
    for (double[] prior : new double[][] {SOURCE, EVEN, REVERSED}) {
      double distance = 0;
      for (int n = 0; n < 500; n++) {
        double x = sample(prior)[0];
        double[] found = softmax(trained.adapter().fuse(prior), x);
        double[] expected = posterior(x, prior);
        for (int y = 0; y < 3; y++) {
          distance += Math.abs(found[y] - expected[y]) / 3 / 500;
        }
      }
      assertThat(distance).as("seed %d, prior %s", seed, Arrays.toString(prior)).isLessThan(0.03);
    }
  }

  @Test
  void theDegreeOfImbalanceIsLinearFromSourceToReversed() {
    assertThat(Conditioning.SCALAR.of(SOURCE, SOURCE)[0]).isCloseTo(1, within(1e-9));
    assertThat(Conditioning.SCALAR.of(EVEN, SOURCE)[0]).isCloseTo(0, within(1e-9));
    assertThat(Conditioning.SCALAR.of(REVERSED, SOURCE)[0]).isNegative();
    double[] middle = {(0.7 + 1 / 3.0) / 2, (0.2 + 1 / 3.0) / 2, (0.1 + 1 / 3.0) / 2};
    assertThat(Conditioning.SCALAR.of(middle, SOURCE)[0]).isCloseTo(0.5, within(1e-9));
    assertThatThrownBy(() -> Conditioning.SCALAR.of(SOURCE, EVEN))
        .hasMessageContaining("use vector conditioning");
  }

  @ParameterizedTest
  @EnumSource
  void theGradientIsThatOfTheLoss(Conditioning conditioning) {
    LabelShiftAdapter adapter = scrambled(conditioning);
    float[][] features = new float[7][];
    int[] labels = new int[7];
    for (int n = 0; n < 7; n++) {
      double[] drawn = sample(EVEN);
      features[n] = features(drawn[0]);
      labels[n] = (int) drawn[1];
    }
    double[] gradient = new double[adapter.parameters().length];
    AdapterLoss.of(adapter, REVERSED, features, labels, gradient);
    for (int i = 0; i < gradient.length; i++) {
      double slope =
          (loss(adapter, i, 1e-5, features, labels) - loss(adapter, i, -1e-5, features, labels))
              / 2e-5;
      assertThat(gradient[i]).as("parameter %d, seed %d", i, seed).isCloseTo(slope, within(1e-6));
    }
  }

  @Test
  void atTheSourcePriorTheLossIsTheCrossEntropy() {
    LabelShiftAdapter adapter = scrambled(Conditioning.VECTOR);
    double[] drawn = sample(SOURCE);
    double loss =
        AdapterLoss.of(
            adapter,
            SOURCE,
            new float[][] {features(drawn[0])},
            new int[] {(int) drawn[1]},
            new double[adapter.parameters().length]);
    double[] probabilities = softmax(adapter.fuse(SOURCE), drawn[0]);
    assertThat(loss).isCloseTo(-Math.log(probabilities[(int) drawn[1]]), within(1e-5));
  }

  @Test
  void aFileTellsTheSameAgain() throws IOException {
    Path file = folder.resolve("A.npz");
    LabelShiftAdapter adapter = scrambled(Conditioning.VECTOR);
    new AdapterFile("ab12", adapter).write(file);
    AdapterFile read = AdapterFile.read(file);
    assertThat(read.modelDigest()).isEqualTo("ab12");
    assertThat(read.adapter()).usingRecursiveComparison().isEqualTo(adapter);
    TreeMap<String, Tensor> arrays = new TreeMap<>(Npz.read(file));
    arrays.remove("rank");
    Npz.write(file, arrays);
    assertThatThrownBy(() -> AdapterFile.read(file)).hasMessageContaining("no array 'rank'");
  }

  @Test
  void refusesTooFewSamples() {
    assertThatThrownBy(() -> training(20, rightHead())).hasMessageContaining("20 labelled samples");
  }

  private double loss(
      LabelShiftAdapter adapter, int index, double step, float[][] features, int[] labels) {
    double[] moved = adapter.parameters().clone();
    moved[index] += step;
    return AdapterLoss.of(
        adapter.with(moved), REVERSED, features, labels, new double[moved.length]);
  }

  private LabelShiftAdapter untrained(Conditioning conditioning) {
    return training(400, rightHead()).train(conditioning, 2, 0, seed, p -> {}).adapter();
  }

  /** Every parameter away from zero. */
  private LabelShiftAdapter scrambled(Conditioning conditioning) {
    LabelShiftAdapter start = untrained(conditioning);
    double[] parameters =
        Arrays.stream(start.parameters()).map(p -> p + 0.1 * random.nextGaussian()).toArray();
    return start.with(parameters);
  }

  private AdapterTraining training(int samples, LinearHead head) {
    float[][] features = new float[samples][];
    int[] labels = new int[samples];
    for (int n = 0; n < samples; n++) {
      // Exact shares, so that the source prior is that of the posteriors.
      labels[n] = n % 10 < 7 ? 0 : n % 10 < 9 ? 1 : 2;
      features[n] = features(SPACING * labels[n] + random.nextGaussian());
    }
    return new AdapterTraining(head, features, labels);
  }

  /** Features are x alone: the posteriors of equally wide normal distributions are linear in it. */
  private static float[] features(double x) {
    return new float[] {(float) x};
  }

  private static LinearHead rightHead() {
    double[][] weight = new double[3][1];
    double[] bias = new double[3];
    for (int y = 0; y < 3; y++) {
      weight[y][0] = SPACING * y;
      bias[y] = Math.log(SOURCE[y]) - SPACING * y * SPACING * y / 2;
    }
    return new LinearHead(weight, bias);
  }

  private static LinearHead wrongHead() {
    LinearHead right = rightHead();
    right.bias()[1] += 1;
    right.weight()[2][0] *= 0.7;
    return right;
  }

  /** A feature and its class. */
  private double[] sample(double[] prior) {
    double left = random.nextDouble();
    int label = 0;
    while (label < 2 && left >= prior[label]) {
      left -= prior[label++];
    }
    return new double[] {SPACING * label + random.nextGaussian(), label};
  }

  private static double[] posterior(double x, double[] prior) {
    double[] p = new double[3];
    double sum = 0;
    for (int y = 0; y < 3; y++) {
      p[y] = prior[y] * Math.exp(-(x - SPACING * y) * (x - SPACING * y) / 2);
      sum += p[y];
    }
    for (int y = 0; y < 3; y++) {
      p[y] /= sum;
    }
    return p;
  }

  private static double[] softmax(LinearHead head, double x) {
    float[] logits = head.apply(features(x), 1);
    double[] p = new double[3];
    double sum = 0;
    for (int y = 0; y < 3; y++) {
      p[y] = Math.exp(logits[y]);
      sum += p[y];
    }
    for (int y = 0; y < 3; y++) {
      p[y] /= sum;
    }
    return p;
  }
}
