package dev.evenkeel.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.demo.data.DriftPhase;
import dev.evenkeel.jobs.demo.data.DriftStream;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.jobs.demo.result.Scoreboard;
import dev.evenkeel.jobs.demo.result.Scoreboard.Answer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
  private static final List<DriftPhase> PHASES =
      List.of(DriftPhase.clean("first", 100), DriftPhase.clean("second", 100));

  @TempDir Path directory;
  private final StringWriter output = new StringWriter();
  private DriftStream stream;
  private Scoreboard scoreboard;

  @BeforeEach
  void layOut() throws IOException {
    stream = DriftStream.of(FashionData.unpack(directory), PHASES, 1);
    scoreboard = new Scoreboard(stream, List.of("ema-bn"));
  }

  @Test
  void printsPhasesThatAreOverAndEveryFewSecondsTheCurrentOne() {
    Progress progress = start(false);
    answer(0, 50);
    progress.update(scoreboard, 1000);
    assertThat(lines()).hasSize(1);
    progress.update(scoreboard, 5000);
    assertThat(lines().get(1)).matches("first +50/ +100 +10/s +0\\.0 % +20\\.0 %");
    answer(50, 150);
    progress.update(scoreboard, 10_000);
    assertThat(lines().get(2)).matches("first +100/ +100 +20/s +0\\.0 % +20\\.0 %");
    assertThat(lines().get(3)).matches("second +50/ +100 +20/s +0\\.0 % +20\\.0 %");
  }

  @Test
  void redrawsTheRowOnATerminal() {
    Progress progress = start(true);
    answer(0, 50);
    progress.update(scoreboard, 500);
    answer(50, 60);
    progress.update(scoreboard, 1000);
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(1)).matches("\\rfirst +50/.*\\rfirst +60/.*");
  }

  private Progress start(boolean terminal) {
    Progress progress = new Progress(new PrintWriter(output), terminal);
    progress.start(PHASES, List.of("ema-bn"), 0);
    return progress;
  }

  /** Every fifth answer is wrong, the source model's never. */
  private void answer(int from, int to) {
    for (int i = from; i < to; i++) {
      int truth = stream.label(i);
      int label = i % 5 == 0 ? (truth + 1) % 10 : truth;
      scoreboard.note(0, new Answer(i, label, truth, 0.1, i, i, i));
    }
  }

  private List<String> lines() {
    return List.of(output.toString().strip().split("\n"));
  }
}
