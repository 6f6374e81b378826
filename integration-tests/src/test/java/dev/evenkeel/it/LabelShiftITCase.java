package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.it.RecordedStreams.Expected;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
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
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Label shift is found and corrected where only labels shift, and where covariates shift too
 * nothing is lost by it. The long form writes the table of docs/methods/label-shift-adapter.md.
 */
class LabelShiftITCase {
  private static final int BATCH = 64;
  private static final int CLASSES = 10;
  private static final int SETTLED = 1000;
  private static final Path TABLE = Path.of("target", "label-shift.md");
  private static final List<String> CORRECTIONS =
      List.of("", "+prior-correction", "+label-shift-adapter");
  private static final List<String> METHODS =
      List.of("source", "batch-norm", "ema-bn", "unmix-tns");

  /** In fractions of one: what a correction may cost on any stream. */
  private static final double MOST_HARM = 0.005;

  private static final double LEAST_GAIN_OF_BATCH_NORM = 0.03;

  @TempDir static Path folder;
  private static StreamErrors errors;
  private static final Map<String, String> FILES = new TreeMap<>();
  private static final Map<CleanStream, Recording> DRAWN = new EnumMap<>(CleanStream.class);

  @BeforeAll
  static void unpack() throws IOException {
    errors = new StreamErrors(folder);
    for (CleanStream stream : CleanStream.values()) {
      DRAWN.put(stream, stream.draw(folder));
    }
    FILES.put(
        "labelshift.source-profile",
        FashionKit.copyTo(folder, "calibration/source-profile.json").toString());
    FILES.put(
        "labelshift.adapter",
        FashionKit.copyTo(folder, "calibration/label-shift-adapter.npz").toString());
  }

  /**
   * What a recipe made of a stream.
   *
   * @param meanDistance mean total variation between estimate and truth from {@link #SETTLED}
   *     samples on
   */
  private record Result(double errorRate, double meanDistance) {}

  @ParameterizedTest
  @EnumSource
  void pureLabelShiftIsFoundAndCorrected(CleanStream stream) throws IOException {
    Result plain = run(stream, "source");
    Result corrected = run(stream, "source+prior-correction");
    Result adapter = run(stream, "source+label-shift-adapter");
    assertThat(corrected.errorRate()).isLessThan(plain.errorRate());
    assertThat(adapter.errorRate()).isLessThanOrEqualTo(corrected.errorRate());
    assertThat(corrected.meanDistance()).isLessThan(stream == CleanStream.ROTATING ? 0.25 : 0.08);
  }

  @Test
  void theGateKeepsTheGainOfBatchNormOnALongTailAndTheSourceModelFromHarm() throws IOException {
    Map<String, Expected> streams = streams();
    assertThat(
            error(streams, "labelshift_lt", "batch-norm", "")
                - error(streams, "labelshift_lt", "batch-norm", "+prior-correction"))
        .isGreaterThanOrEqualTo(LEAST_GAIN_OF_BATCH_NORM);
    assertThat(
            error(streams, "noniid", "source", "+prior-correction")
                - error(streams, "noniid", "source", ""))
        .isLessThanOrEqualTo(MOST_HARM);
  }

  @Test
  @Tag("long")
  void noCorrectionHarmsAnyMethodOnAnyStream() throws IOException {
    SoftAssertions softly = new SoftAssertions();
    List<String> lines = new ArrayList<>(List.of(heading(), "|---|" + "---:|".repeat(12)));
    for (CleanStream stream : CleanStream.values()) {
      List<Double> row = new ArrayList<>();
      for (String method : METHODS) {
        for (String correction : CORRECTIONS) {
          row.add(run(stream, method + correction).errorRate());
        }
      }
      lines.add(line("clean, " + stream.name().toLowerCase(Locale.ROOT).replace('_', ' '), row));
    }
    Map<String, Expected> streams = streams();
    for (String stream : streams.keySet()) {
      List<Double> row = new ArrayList<>();
      for (String method : METHODS) {
        double plain = error(streams, stream, method, "");
        row.add(plain);
        for (String correction : CORRECTIONS.subList(1, CORRECTIONS.size())) {
          double corrected = error(streams, stream, method, correction);
          row.add(corrected);
          softly
              .assertThat(corrected - plain)
              .as("%s%s on %s", method, correction, stream)
              .isLessThanOrEqualTo(
                  stream.equals("labelshift_lt") && method.equals("batch-norm")
                      ? -LEAST_GAIN_OF_BATCH_NORM
                      : MOST_HARM);
        }
      }
      lines.add(line("`" + stream + "`", row));
    }
    Files.write(TABLE, lines);
    softly.assertAll();
  }

  private static String heading() {
    StringBuilder heading = new StringBuilder("| stream |");
    METHODS.forEach(method -> heading.append(" `").append(method).append("` | prior | adapter |"));
    return heading.toString();
  }

  private static String line(String stream, List<Double> row) {
    StringBuilder line = new StringBuilder("| " + stream + " |");
    row.forEach(error -> line.append(String.format(Locale.ROOT, " %.2f |", 100 * error)));
    return line.toString();
  }

  /** For each stream where it is reset, and how many components UnMix-TNS has on it. */
  private static Map<String, Expected> streams() throws IOException {
    Map<String, Expected> streams = new TreeMap<>();
    RecordedStreams.expected().stream()
        .filter(expected -> expected.batch() == BATCH && expected.recipe().equals("unmix-tns"))
        .forEach(expected -> streams.put(expected.stream(), expected));
    return streams;
  }

  private static double error(
      Map<String, Expected> streams, String stream, String method, String correction)
      throws IOException {
    Expected known = streams.get(stream);
    return errors.errorRate(
        new StreamErrors.Run(
            "fashion-resnet",
            stream,
            BATCH,
            known.resetAt(),
            method + correction,
            known.components(),
            settings(correction)),
        0);
  }

  private static Map<String, String> settings(String recipe) {
    if (recipe.contains("label-shift-adapter")) {
      return FILES;
    }
    String profile = "labelshift.source-profile";
    return recipe.contains("prior-correction") ? Map.of(profile, FILES.get(profile)) : Map.of();
  }

  private static Result run(CleanStream stream, String recipe) throws IOException {
    Recording recording = DRAWN.get(stream);
    AdaptationProgram program =
        AdaptationProgram.compile(FashionKit.source(), Recipe.parse(recipe, settings(recipe)), 0);
    int errors = 0;
    double distance = 0;
    int settled = 0;
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      for (int start = 0; start < recording.size(); start += BATCH) {
        recording.fill(batch, start, start + BATCH);
        StepResult result = session.step(state, batch, false);
        for (int i = 0; i < BATCH; i++) {
          int answer = program.decision().label(result.logits(), i * CLASSES, CLASSES);
          errors += answer == recording.label(start + i) ? 0 : 1;
        }
        if (start + BATCH >= SETTLED && program.recipe().correction().isPresent()) {
          double[] estimate = TrackedPrior.of(state.toStateDict().entries()).estimate();
          distance += totalVariation(estimate, stream.prior(start + BATCH - 1));
          settled++;
        }
      }
    }
    return new Result(
        (double) errors / recording.size(), settled == 0 ? Double.NaN : distance / settled);
  }

  private static double totalVariation(double[] a, double[] b) {
    double sum = 0;
    for (int y = 0; y < a.length; y++) {
      sum += Math.abs(a[y] - b[y]) / 2;
    }
    return sum;
  }
}
