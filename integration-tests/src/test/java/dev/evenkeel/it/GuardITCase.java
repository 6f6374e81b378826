package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.rewrite.RestrictClasses;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.it.RecordedStreams.Expected;
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
 * With default guards a stream is answered at most a little worse than by the source model, also
 * where adaptation collapses, and keeps what adaptation wins elsewhere. The long form writes the
 * tables and curves of docs/guards.md.
 */
class GuardITCase {
  private static final Map<String, String> UNGUARDED = Map.of();
  private static final Map<String, String> GUARDED = Map.of("guards.enabled", "true");
  private static final int LONG = 10_240;

  /** In fractions of one. */
  private static final double MOST_EXCESS = 0.03;

  private static final double MOST_EXCESS_AT_THE_END = 0.01;
  private static final int FIRST = 2000;
  private static final int WINDOWS = 2;

  private static final List<String> PRESETS =
      List.of(
          "auto",
          "batch-norm",
          "alpha-bn",
          "ema-bn",
          "unmix-tns",
          "tent",
          "eta",
          "eata",
          "sar",
          "deyo",
          "ostta",
          "note",
          "rotta",
          "lame",
          "prior-correction",
          "label-shift-adapter",
          "unmix-tns+tent",
          "unmix-tns+deyo");
  private static final List<String> HELPFUL = List.of("batch-norm", "ema-bn", "unmix-tns", "tent");

  @TempDir static Path folder;
  private static RecordedStreams streams;
  private static final Map<String, String> FILES = new TreeMap<>();

  @BeforeAll
  static void unpack() throws IOException {
    streams = new RecordedStreams(folder);
    for (String part : List.of("_means.npy", "_vars.npy")) {
      for (int components : List.of(16, 128)) {
        FashionKit.copyTo(folder, "goldens/unmixtns_init/K" + components + part);
      }
    }
    FILES.put("labelshift.source-profile", copy("calibration/source-profile.json"));
    FILES.put("labelshift.adapter", copy("calibration/label-shift-adapter.npz"));
    copy("goldens/iid/eata_b64/fisher_gamma.npy");
    copy("goldens/iid/eata_b64/fisher_beta.npy");
    FILES.put("objective.fisher", folder.resolve("fisher").toString());
  }

  private static String copy(String file) {
    return FashionKit.copyTo(folder, file).toString();
  }

  @Test
  void aStreamSortedByClassIsNotAnsweredWorseThanByTheSource() throws IOException {
    Recording recording = GuardStream.CLEAN_SORTED.draw(streams, folder, 2560);
    GuardedRun without = run(recording, "tent", UNGUARDED);
    GuardedRun with = run(recording, "tent", GUARDED);
    assertThat(without.longestExcess(0.5)).isEqualTo(2);
    assertThat(with.excess(recording.size())).isLessThanOrEqualTo(MOST_EXCESS_AT_THE_END);
    assertThat(with.actions()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"iid", "continual"})
  void whereAdaptationHelpsNoGuardActs(String stream) throws IOException {
    GuardedRun run = run(streams.read(stream), stream, "ema-bn", GUARDED);
    assertThat(run.actions()).isEmpty();
    assertThat(run.errorRate()).isLessThan(run.sourceErrorRate() - 0.1);
  }

  @Test
  @Tag("long")
  void noPresetHarmsWhatIsClean() throws IOException {
    SoftAssertions softly = new SoftAssertions();
    List<String> lines = new ArrayList<>();
    for (GuardStream stream : GuardStream.values()) {
      if (stream.isClean()) {
        Recording recording = stream.draw(streams, folder, LONG);
        for (String recipe : PRESETS) {
          GuardedRun without = run(recording, recipe, UNGUARDED);
          GuardedRun with = run(recording, recipe, GUARDED);
          lines.add(
              row(
                  label(stream) + " | " + recipe,
                  with.sourceErrorRate(),
                  without.errorRate(),
                  with.errorRate(),
                  with.excess(FIRST)));
          softly
              .assertThat(with.excess(recording.size()))
              .as("%s on %s at the end", recipe, stream)
              .isLessThanOrEqualTo(MOST_EXCESS_AT_THE_END);
          softly
              .assertThat(with.excess(FIRST))
              .as("%s on %s over the first %s", recipe, stream, FIRST)
              .isLessThanOrEqualTo(MOST_EXCESS);
        }
      }
    }
    Files.write(Path.of("target", "guards-clean.md"), lines);
    softly.assertAll();
  }

  @Test
  @Tag("long")
  void noCollapseIsServedForLong() throws IOException {
    SoftAssertions softly = new SoftAssertions();
    List<String> curves = new ArrayList<>(List.of("stream,window,source,unguarded,guarded"));
    for (GuardStream stream : GuardStream.values()) {
      if (!stream.isClean() || stream == GuardStream.CLEAN_SORTED) {
        Recording recording = stream.draw(streams, folder, 4 * LONG);
        SourceModel model = stream.isOpen() ? restricted() : FashionKit.source();
        GuardedRun without =
            GuardedRun.of(recording, List.of(0), model, "tent", settings("tent", 16, UNGUARDED));
        GuardedRun with =
            GuardedRun.of(recording, List.of(0), model, "tent", settings("tent", 16, GUARDED));
        for (int w = 0; w < with.curve().length; w++) {
          curves.add(
              String.format(
                  Locale.ROOT,
                  "%s,%d,%.3f,%.3f,%.3f",
                  label(stream),
                  w,
                  with.sourceCurve()[w],
                  without.curve()[w],
                  with.curve()[w]));
        }
        softly
            .assertThat(with.longestExcess(MOST_EXCESS))
            .as("windows in a row on %s", stream)
            .isLessThanOrEqualTo(WINDOWS);
      }
    }
    Files.write(Path.of("target", "guards-curves.csv"), curves);
    softly.assertAll();
  }

  @Test
  @Tag("long")
  void whatAdaptationWinsIsKept() throws IOException {
    SoftAssertions softly = new SoftAssertions();
    List<String> lines = new ArrayList<>();
    for (String stream : known().keySet()) {
      Recording recording = streams.read(stream);
      for (String recipe : HELPFUL) {
        GuardedRun without = run(recording, stream, recipe, UNGUARDED);
        GuardedRun with = run(recording, stream, recipe, GUARDED);
        double gain = without.sourceErrorRate() - without.errorRate();
        double kept = with.sourceErrorRate() - with.errorRate();
        lines.add(
            row(
                stream + " | " + recipe,
                with.sourceErrorRate(),
                without.errorRate(),
                with.errorRate(),
                with.actions().size() / 100.0));
        softly
            .assertThat(kept)
            .as("%s on %s", recipe, stream)
            .isGreaterThanOrEqualTo(gain > 0 ? 0.8 * gain - 0.01 : -0.015);
      }
    }
    Files.write(Path.of("target", "guards-gains.md"), lines);
    softly.assertAll();
  }

  private static SourceModel restricted() {
    return SourceModel.of(
        RestrictClasses.apply(FashionKit.resnet(), "logits", GuardStream.KNOWN), Map.of());
  }

  /** For each stream where it is reset, and how many components UnMix-TNS has on it. */
  private static Map<String, Expected> known() throws IOException {
    Map<String, Expected> known = new TreeMap<>();
    RecordedStreams.expected().stream()
        .filter(e -> e.batch() == GuardStream.BATCH && e.recipe().equals("unmix-tns"))
        .forEach(expected -> known.put(expected.stream(), expected));
    return known;
  }

  private static GuardedRun run(
      Recording recording, String stream, String recipe, Map<String, String> guards)
      throws IOException {
    Expected expected = known().get(stream);
    return GuardedRun.of(
        recording,
        expected.resetAt(),
        FashionKit.source(),
        recipe,
        settings(recipe, expected.components(), guards));
  }

  private static GuardedRun run(Recording recording, String recipe, Map<String, String> guards) {
    return GuardedRun.of(
        recording, List.of(0), FashionKit.source(), recipe, settings(recipe, 16, guards));
  }

  private static Map<String, String> settings(
      String recipe, int components, Map<String, String> guards) {
    Map<String, String> settings = new TreeMap<>(guards);
    if (recipe.contains("unmix-tns")) {
      settings.put("normalization.components", Integer.toString(components));
      settings.put("normalization.initial-components", folder.resolve("K" + components).toString());
    }
    if (recipe.equals("eata")) {
      settings.put("objective.fisher", FILES.get("objective.fisher"));
    }
    if (recipe.equals("prior-correction") || recipe.equals("label-shift-adapter")) {
      settings.put("labelshift.source-profile", FILES.get("labelshift.source-profile"));
    }
    if (recipe.equals("label-shift-adapter")) {
      settings.put("labelshift.adapter", FILES.get("labelshift.adapter"));
    }
    return settings;
  }

  private static String label(GuardStream stream) {
    return stream.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String row(String name, double... figures) {
    StringBuilder row = new StringBuilder("| " + name + " |");
    for (double figure : figures) {
      row.append(String.format(Locale.ROOT, " %.2f |", 100 * figure));
    }
    return row.toString();
  }
}
