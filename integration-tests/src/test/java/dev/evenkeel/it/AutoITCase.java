package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The recipe {@code auto} on the kit's streams, told nothing of them, without a reset. The long
 * form writes the tables of docs/methods/auto.md. Errors in percent.
 */
class AutoITCase {
  /** Lowest error of any method that the kit's reference table has for a stream, N = 64. */
  private static final Map<String, Double> LOWEST =
      new TreeMap<>(
          Map.of(
              "iid", 20.0,
              "noniid", 24.29,
              "mixed", 30.27,
              "mixed_noniid", 16.47,
              "labelshift_lt", 26.95,
              "labelshift_tv", 27.32));

  private static final double MOST_REGRET = 5;
  private static final double MOST_ABOVE_SOURCE = 0.5;
  private static final double MOST_MEAN = 27;
  private static final double MOST_BY_BATCH = 3;
  private static final double MOST_FORGOTTEN = 1;
  private static final int ROUNDS = 10;

  private static final List<String> ABLATIONS =
      List.of("auto", "balanced", "label-chain", "ema-bn+label-chain", "balanced+lame", "ema-bn");

  @TempDir static Path folder;
  private static RecordedStreams streams;

  @BeforeAll
  static void unpack() throws IOException {
    streams = new RecordedStreams(folder);
  }

  @Test
  void findsOutWhatAStreamIsLike() throws IOException {
    for (String stream : List.of("iid", "labelshift_lt", "mixed_noniid")) {
      GuardedRun run = run(FashionKit.source(), stream, 64, "auto", Map.of());
      assertThat(percent(run.errorRate()))
          .as(stream)
          .isLessThan(LOWEST.get(stream) + MOST_REGRET)
          .isLessThan(percent(run.sourceErrorRate()) + MOST_ABOVE_SOURCE);
    }
  }

  @Test
  @Tag("long")
  void isNearTheBestMethodOfEachStreamAtAnyBatchSize() throws IOException {
    SoftAssertions softly = new SoftAssertions();
    List<String> lines = new ArrayList<>();
    double sum = 0;
    for (String stream : LOWEST.keySet()) {
      Map<Integer, Double> errors = new TreeMap<>();
      double source = 0;
      for (int batch : List.of(1, 16, 64)) {
        GuardedRun run = run(FashionKit.source(), stream, batch, "auto", Map.of());
        errors.put(batch, percent(run.errorRate()));
        source = percent(run.sourceErrorRate());
        softly
            .assertThat(errors.get(batch))
            .as("%s against the source at N = %s", stream, batch)
            .isLessThanOrEqualTo(source + (batch == 1 ? 0 : MOST_ABOVE_SOURCE));
      }
      sum += errors.get(64);
      double regret = errors.get(64) - LOWEST.get(stream);
      softly.assertThat(regret).as("regret on %s", stream).isLessThanOrEqualTo(MOST_REGRET);
      softly
          .assertThat(errors.get(16))
          .as("%s at N = 16", stream)
          .isLessThanOrEqualTo(errors.get(64) + MOST_BY_BATCH);
      lines.add(
          row(
              stream,
              source,
              LOWEST.get(stream),
              errors.get(64),
              regret,
              errors.get(16),
              errors.get(1)));
    }
    softly.assertThat(sum / LOWEST.size()).as("mean").isLessThanOrEqualTo(MOST_MEAN);
    Files.write(Path.of("target", "auto.md"), lines);
    softly.assertAll();
  }

  /**
   * What a network prefers to answer under a shift that nothing follows is no label distribution.
   */
  @Test
  void isNotWorseThanTheSourceWhereStatisticsCannotFollow() throws IOException {
    SourceModel folded = SourceModel.of(FashionKit.model("fashion-resnet-folded"), Map.of());
    for (String stream : List.of("iid", "labelshift_tv")) {
      GuardedRun run = run(folded, stream, 64, "auto", Map.of());
      assertThat(percent(run.errorRate()))
          .as(stream)
          .isLessThanOrEqualTo(percent(run.sourceErrorRate()) + MOST_ABOVE_SOURCE);
    }
  }

  @ParameterizedTest
  @Tag("long")
  @ValueSource(strings = {"fashion-tiny-vit", "fashion-resnet-folded"})
  void isNotWorseThanTheSourceOnAModelWithoutBatchNormalization(String name) throws IOException {
    SourceModel model = SourceModel.of(FashionKit.model(name), Map.of());
    SoftAssertions softly = new SoftAssertions();
    List<String> lines = new ArrayList<>();
    for (String stream : LOWEST.keySet()) {
      double source = 0;
      List<Double> errors = new ArrayList<>();
      for (int batch : List.of(64, 16, 1)) {
        GuardedRun run = run(model, stream, batch, "auto", Map.of());
        source = percent(run.sourceErrorRate());
        errors.add(percent(run.errorRate()));
      }
      lines.add(row(stream, source, errors.get(0), errors.get(1), errors.get(2)));
      double bound = source + MOST_ABOVE_SOURCE;
      softly.assertThat(errors).as(stream).allMatch(error -> error <= bound, "at most " + bound);
    }
    Files.write(Path.of("target", "auto-" + name + ".md"), lines);
    softly.assertAll();
  }

  @Test
  @Tag("long")
  void forgetsNothingInTenRounds() throws IOException {
    for (String stream : List.of("iid", "noniid")) {
      Recording rounds = rounds(stream);
      GuardedRun run = GuardedRun.of(rounds, List.of(0), FashionKit.source(), "auto", Map.of());
      int round = rounds.size() / ROUNDS;
      double first = percent(run.errorRate(0, round));
      double last = percent(run.errorRate((ROUNDS - 1) * round, ROUNDS * round));
      Files.writeString(
          Path.of("target", "auto-rounds-" + stream + ".md"), row(stream, first, last));
      assertThat(last)
          .as("the last round of %s", stream)
          .isLessThanOrEqualTo(first + MOST_FORGOTTEN);
    }
  }

  /** What each part is good for; a table without a promise. */
  @Test
  @Tag("long")
  void eachPartIsMeasuredAlone() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String recipe : ABLATIONS) {
      List<Double> errors = new ArrayList<>();
      for (String stream : LOWEST.keySet()) {
        Map<String, String> settings = Map.of("guards.enabled", "false");
        errors.add(percent(run(FashionKit.source(), stream, 64, recipe, settings).errorRate()));
      }
      lines.add(row(recipe, errors.stream().mapToDouble(Double::doubleValue).toArray()));
      if (recipe.equals("auto")) {
        assertThat(errors).allMatch(error -> error < 40);
      }
    }
    Files.write(Path.of("target", "auto-ablation.md"), lines);
  }

  private static GuardedRun run(
      SourceModel model, String stream, int batch, String recipe, Map<String, String> settings)
      throws IOException {
    return GuardedRun.of(streams.read(stream), List.of(0), batch, model, recipe, settings);
  }

  /** The stream ten times over, one after another. */
  private static Recording rounds(String stream) throws IOException {
    long[] once = Npy.read(folder.resolve(stream + ".npy")).toLongs();
    long[] order = new long[ROUNDS * once.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = once[i % once.length];
    }
    Path file = folder.resolve(stream + "-rounds.npy");
    Npy.write(file, Tensor.ofLongs(Shape.of(order.length), order));
    return streams.read(stream + "-rounds");
  }

  private static double percent(double share) {
    return 100 * share;
  }

  private static String row(String name, double... figures) {
    StringBuilder row = new StringBuilder("| `" + name + "` |");
    for (double figure : figures) {
      row.append(String.format(Locale.ROOT, " %.2f |", figure));
    }
    return row.toString();
  }
}
