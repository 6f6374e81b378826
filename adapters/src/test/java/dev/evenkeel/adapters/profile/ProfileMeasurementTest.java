package dev.evenkeel.adapters.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.profile.SourceProfile.LayerStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileMeasurementTest {
  private static final int CLASSES = 3;

  private final long seed = Long.getLong("evenkeel.seed", 3);
  private final Random random = new Random(seed);

  @TempDir private Path folder;

  @Test
  void jointMatricesAddUpToThePriors() {
    SourceProfile profile = measure(500, 1, new double[CLASSES]);
    for (int y = 0; y < CLASSES; y++) {
      double hard = 0;
      double soft = 0;
      double row = 0;
      for (int i = 0; i < CLASSES; i++) {
        hard += profile.hardConfusion()[i][y];
        soft += profile.softConfusion()[i][y];
        row += profile.softConfusion()[y][i];
        assertThat(profile.confidenceConfusion()[i][y])
            .isLessThanOrEqualTo(profile.hardConfusion()[i][y]);
      }
      assertThat(hard).isCloseTo(profile.prior()[y], within(1e-12));
      assertThat(soft).isCloseTo(profile.prior()[y], within(1e-12));
      assertThat(row).isCloseTo(profile.predictedPrior()[y], within(1e-12));
    }
    assertThat(Arrays.stream(profile.prior()).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void findsTheTemperatureAndBiasesThatWereHidden() {
    double[] bias = {0.5, -0.2, -0.3};
    SourceProfile profile = measure(20_000, 2, bias);
    Calibration found = profile.biasCorrectedCalibration();
    assertThat(found.temperature()).as("seed %d", seed).isCloseTo(2, within(0.15));
    double shift = Arrays.stream(found.bias()).average().orElseThrow();
    for (int y = 0; y < CLASSES; y++) {
      assertThat(found.bias()[y] - shift).as("seed %d", seed).isCloseTo(bias[y], within(0.1));
    }
  }

  @Test
  void leavesCalibratedLogitsNearlyAsTheyAre() {
    SourceProfile profile = measure(20_000, 1, new double[CLASSES]);
    assertThat(profile.calibration().temperature()).as("seed %d", seed).isCloseTo(1, within(0.05));
    assertThat(profile.calibration().bias()).containsOnly(0);
  }

  @Test
  void labelShiftIsTheTotalVariationFromThePrior() {
    SourceProfile profile = measure(500, 1, new double[CLASSES]);
    List<Double> prior = Arrays.stream(profile.prior()).boxed().toList();
    assertThat(profile.labelShift(prior)).isZero();
    assertThat(profile.labelShift(List.of(1.0, 0.0, 0.0)))
        .isCloseTo(1 - prior.get(0), within(1e-12));
  }

  @Test
  void calibrationNeverFitsWorseThanNone() {
    for (double temperature : new double[] {0.3, 1, 4}) {
      SourceProfile profile = measure(300, temperature, new double[CLASSES]);
      assertThat(profile.negativeLogLikelihood())
          .as("seed %d", seed)
          .isLessThanOrEqualTo(profile.uncalibratedNegativeLogLikelihood() + 1e-12);
    }
  }

  @Test
  void asManyConfidencesReachTheThresholdAsAnswersAreRight() {
    SourceProfile profile = measure(1000, 1, new double[CLASSES]);
    long above =
        Arrays.stream(profile.confidenceQuantiles())
            .filter(quantile -> quantile >= profile.confidenceThreshold())
            .count();
    assertThat(above / 256.0).isCloseTo(profile.accuracy(), within(2 / 256.0));
  }

  @Test
  void aFileTellsTheSameAgain() throws IOException {
    Path file = folder.resolve("P.json");
    SourceProfile profile = measure(100, 1.5, new double[CLASSES]);
    SourceProfileJson.write(file, profile);
    SourceProfile read = SourceProfileJson.read(file);
    assertThat(read).usingRecursiveComparison().isEqualTo(profile);
  }

  @Test
  void aFileFromBeforeFeaturesWereSampledIsRead() throws IOException {
    Path file = folder.resolve("P.json");
    SourceProfile profile = measure(100, 1, new double[CLASSES]);
    SourceProfileJson.write(file, profile);
    String text = Files.readString(file);
    int field = text.indexOf(",\"features\":");
    Files.writeString(file, text.substring(0, field) + "}");
    SourceProfile read = SourceProfileJson.read(file);
    assertThat(read.features()).isNull();
    assertThat(read).usingRecursiveComparison().ignoringFields("features").isEqualTo(profile);
  }

  @Test
  void measuresFeaturesByPredictedClass() {
    ProfileMeasurement measurement = new ProfileMeasurement(2);
    int samples = 4000;
    for (int n = 0; n < samples; n++) {
      int predicted = n % 4 == 0 ? 1 : 0;
      float[] features = {10 * predicted + (float) random.nextGaussian(), n};
      measurement.add(new float[] {0, predicted == 1 ? 1 : -1}, features, 1 - predicted);
    }
    FeatureProfile features = measurement.measure("digest", List.of()).features();
    assertThat(features.width()).isEqualTo(2);
    assertThat(features.counts()).containsExactly(3000, 1000);
    assertThat(features.means()[0][0]).as("seed %d", seed).isCloseTo(0, within(0.1));
    assertThat(features.means()[1][0]).as("seed %d", seed).isCloseTo(10, within(0.15));
    assertThat(features.means()[1][1]).isCloseTo(1998, within(1e-6));
    // Variance 1 of the first feature, (4000^2 - 16) / 12 of 1000 numbers four apart.
    assertThat(features.variances()[1]).isCloseTo(4.0 * 4 * 1000 * 1001 / 12, within(2.0));
    assertThat(features.sample()).hasDimensions(FeatureProfile.MOST, 2);
    double middle =
        Arrays.stream(features.sample()).mapToDouble(row -> row[1]).average().orElseThrow();
    assertThat(middle).as("drawn from all").isCloseTo(samples / 2.0, within(350.0));
    for (int i = 0; i < FeatureProfile.MOST; i++) {
      assertThat(features.labels()[i]).isEqualTo(features.sample()[i][1] % 4 == 0 ? 1 : 0);
    }
  }

  @Test
  void refusesWhatIsNoProfileNamingTheField() throws IOException {
    Path file = folder.resolve("P.json");
    SourceProfileJson.write(file, measure(100, 1, new double[CLASSES]));
    String text = Files.readString(file);
    assertRefused(file, text.replace("\"version\":1", "\"version\":7"), "version is 7");
    assertRefused(
        file, text.replaceFirst("\"prior\":\\[[^,]*,", "\"prior\":["), "has 3 values, expected 2");
    assertRefused(file, text.replace("\"accuracy\"", "\"acuracy\""), "'accuracy'");
    assertRefused(file, "no", "no source profile");
  }

  private static void assertRefused(Path file, String text, String why) throws IOException {
    Files.writeString(file, text);
    assertThatThrownBy(() -> SourceProfileJson.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesTooFewSamplesAndLogitsThatAreNotFinite() {
    assertThatThrownBy(() -> new ProfileMeasurement(2).measure("", List.of()))
        .hasMessageContaining("0 labelled samples");
    assertThatThrownBy(
            () -> new ProfileMeasurement(2).add(new float[] {0, Float.NaN}, new float[0], 0))
        .hasMessageContaining("NaN");
  }

  /** Labels drawn from softmax(z / temperature + bias) of random logits z. */
  private SourceProfile measure(int samples, double temperature, double[] bias) {
    ProfileMeasurement measurement = new ProfileMeasurement(CLASSES);
    for (int n = 0; n < samples; n++) {
      float[] logits = new float[CLASSES];
      double[] weights = new double[CLASSES];
      for (int y = 0; y < CLASSES; y++) {
        logits[y] = (float) (3 * random.nextGaussian());
        weights[y] = Math.exp(logits[y] / temperature + bias[y]);
      }
      double left = random.nextDouble() * Arrays.stream(weights).sum();
      int label = 0;
      while (label + 1 < CLASSES && left >= weights[label]) {
        left -= weights[label++];
      }
      measurement.add(logits, new float[] {label, n}, label);
    }
    return measurement.measure(
        "digest", List.of(new LayerStatistics("bn", new float[] {1, 2}, new float[] {3, 4})));
  }
}
