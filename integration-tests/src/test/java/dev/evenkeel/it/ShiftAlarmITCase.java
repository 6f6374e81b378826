package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.drift.ChangeDetectors;
import dev.evenkeel.adapters.drift.ShiftAlarm;
import dev.evenkeel.adapters.drift.ShiftAlarm.Event;
import dev.evenkeel.adapters.drift.ShiftWatch;
import dev.evenkeel.adapters.drift.SourceSignals;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Softmax;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where alarms are raised on real images that the source model answers. The long form writes the
 * table of docs/drift.md.
 */
class ShiftAlarmITCase {
  private static final int BATCH = 64;
  private static final int CLEAN = 2048;
  private static final int LONG = 102_400;
  private static final List<String> DETECTORS = List.of("page-hinkley", "adwin", "betting");

  @TempDir static Path folder;
  private static RecordedStreams streams;
  private static SourceProfile profile;

  /** An alarm after so many samples. */
  private record Raised(int after, Event event) {}

  @BeforeAll
  static void unpack() throws IOException {
    streams = new RecordedStreams(folder);
    profile = SourceProfileJson.read(FashionKit.copyTo(folder, "calibration/source-profile.json"));
  }

  @Test
  void leavingTheSourceDomainIsFound() throws IOException {
    List<Raised> raised =
        alarms(
            "page-hinkley",
            List.of(GuardStream.CLEAN_SHUFFLED.draw(streams, folder, CLEAN), read("continual")));
    assertThat(raised).isNotEmpty();
    assertThat(raised.get(0).event()).isEqualTo(Event.COVARIATE_SHIFT);
    assertThat(raised.get(0).after()).isBetween(CLEAN + 1, CLEAN + 1024);
  }

  @ParameterizedTest
  @ValueSource(strings = {"page-hinkley", "adwin", "betting"})
  void theOrderOfClassesIsNoCovariateShift(String detector) throws IOException {
    Recording sorted = GuardStream.CLEAN_SORTED.draw(streams, folder, 10_240);
    assertThat(alarms(detector, List.of(sorted)))
        .extracting(Raised::event)
        .doesNotContain(Event.COVARIATE_SHIFT);
  }

  @Test
  @Tag("long")
  void hundredThousandCleanSamplesRaiseNothingAndTheTableIsWritten() throws IOException {
    Map<String, List<Recording>> cases = new LinkedHashMap<>();
    for (GuardStream stream : List.of(GuardStream.CLEAN_SHUFFLED, GuardStream.CLEAN_SORTED)) {
      cases.put(LONG + " of " + stream, List.of(stream.draw(streams, folder, LONG)));
    }
    cases.put(
        CLEAN + " clean, then `continual`",
        List.of(GuardStream.CLEAN_SHUFFLED.draw(streams, folder, CLEAN), read("continual")));
    for (String name : List.of("continual_noniid", "labelshift_lt", "mixed")) {
      cases.put("`" + name + "`", List.of(read(name)));
    }
    List<String> lines = new ArrayList<>();
    lines.add("| stream | " + String.join(" | ", DETECTORS) + " |");
    lines.add("|---|" + "---|".repeat(DETECTORS.size()));
    for (Map.Entry<String, List<Recording>> one : cases.entrySet()) {
      List<String> row = new ArrayList<>(List.of(one.getKey()));
      for (String detector : DETECTORS) {
        List<Raised> raised = alarms(detector, one.getValue());
        row.add(words(raised));
        if (one.getKey().startsWith(Integer.toString(LONG))) {
          assertThat(raised)
              .as("%s on %s", detector, one.getKey())
              .extracting(Raised::event)
              .doesNotContain(Event.COVARIATE_SHIFT, Event.COLLAPSE);
        }
      }
      lines.add("| " + String.join(" | ", row) + " |");
    }
    Files.write(Path.of("target", "shift-alarms.md"), lines);
  }

  private static String words(List<Raised> raised) {
    return raised.isEmpty()
        ? "none"
        : raised.stream()
            .map(alarm -> alarm.after() + " " + alarm.event().label())
            .collect(Collectors.joining(", "));
  }

  private static Recording read(String stream) throws IOException {
    return streams.read(stream);
  }

  /** Lets the source model answer one recording after the other, and a watch look. */
  private static List<Raised> alarms(String detector, List<Recording> recordings) {
    AdaptationProgram program =
        AdaptationProgram.compile(FashionKit.source(), Recipe.parse("source", Map.of()), 0);
    ShiftWatch watch =
        new ShiftWatch(
            Optional.of(profile.moments()), ChangeDetectors.named(detector), profile.classes());
    SourceSignals signals = new SourceSignals(profile);
    List<Raised> raised = new ArrayList<>();
    double[] state = watch.start();
    int seen = 0;
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        AdaptationState unused = session.initialState()) {
      SampleBatch batch = session.newBatch();
      for (Recording recording : recordings) {
        for (int start = 0; start < recording.size(); start += BATCH) {
          int end = Math.min(recording.size(), start + BATCH);
          recording.fill(batch, start, end);
          FloatBuffer logits = session.step(unused, batch, false).logits();
          double[] sums = probabilities(logits, end - start);
          ShiftWatch.Watched watched =
              watch.next(state, end - start, sums, sums, signals.sum(logits, end - start));
          state = watched.state();
          seen += end - start;
          for (ShiftAlarm alarm : watched.alarms()) {
            raised.add(new Raised(seen, alarm.event()));
          }
        }
      }
    }
    return raised;
  }

  private static double[] probabilities(FloatBuffer logits, int samples) {
    double[] sums = new double[profile.classes()];
    for (int i = 0; i < samples; i++) {
      int row = i * sums.length;
      double total = Softmax.logSumExp(logits, row, sums.length);
      for (int y = 0; y < sums.length; y++) {
        sums[y] += Math.exp(logits.get(row + y) - total);
      }
    }
    return sums;
  }
}
