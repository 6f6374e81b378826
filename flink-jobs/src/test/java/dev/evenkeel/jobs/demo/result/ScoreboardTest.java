package dev.evenkeel.jobs.demo.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.jobs.demo.data.DriftStream;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.jobs.demo.result.Scoreboard.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreboardTest {
  @TempDir Path directory;

  @Test
  void boilsAnswersDownPerPhaseAndRecipe() throws IOException {
    DemoResult result = SimulatedRun.result(directory, 1000);
    assertThat(result.samples()).isEqualTo(2000);
    assertThat(result.sourceErrorRate()).isCloseTo(0.3, within(1e-9));
    assertThat(result.judged().recipe()).isEqualTo("ema-bn");
    assertThat(result.judged().errorRate()).isCloseTo(0.2, within(1e-9));
    assertThat(result.judged().samplesPerSecond()).isCloseTo(500, within(10.0));
    assertThat(result.judged().answer().p50()).isBetween(20L, 29L);
    assertThat(result.judged().visible().p99()).isBetween(520L, 529L);
    PhaseResult fog = result.phases().get(1);
    assertThat(fog.name()).isEqualTo("fog");
    assertThat(fog.start()).isEqualTo(1000);
    assertThat(fog.sourceErrorRate()).isCloseTo(0.5, within(1e-9));
    assertThat(fog.errorRates()).containsExactly(0.2, 0.5);
  }

  @Test
  void windowsNeverLookBackIntoAnotherPhase() throws IOException {
    Series series = SimulatedRun.result(directory, 1000).series();
    int firstOfFog = series.positions().indexOf(1000 + Series.STEP);
    assertThat(series.sourceErrorRates().get(firstOfFog - 1)).isCloseTo(0.1, within(1e-9));
    assertThat(series.sourceErrorRates().get(firstOfFog)).isCloseTo(0.5, within(1e-9));
    assertThat(series.positions()).endsWith(2000).isSorted();
  }

  @Test
  void labelSharesSumToOne() throws IOException {
    Series series = SimulatedRun.result(directory, 1000).series();
    for (int i = 0; i < series.positions().size(); i++) {
      int window = i;
      assertThat(series.labelShares().stream().mapToDouble(shares -> shares.get(window)).sum())
          .isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void saysPlainlyWhereAdaptationIsWorse() throws IOException {
    assertThat(Verdict.of(SimulatedRun.result(directory, 1000)))
        .containsExactly(
            "ema-bn is wrong on 20.0 % of the whole stream, the source model on 30.0 %: adaptation"
                + " is better by 10.0 points.",
            "ema-bn is worse than the source model in: clean (+10.0 points).",
            "unmix-tns is wrong on 27.5 % of the whole stream, the source model on 30.0 %:"
                + " adaptation is better by 2.5 points.",
            "unmix-tns is in no phase worse than the source model.");
  }

  @Test
  void refusesSecondAnswersAndUnknownSamples() throws IOException {
    DriftStream stream = SimulatedRun.stream(FashionData.unpack(directory), 100);
    Scoreboard board = new Scoreboard(stream, SimulatedRun.RECIPES);
    board.note(0, new Answer(7, 1, 1, 0, 0, 0, 0));
    assertThatThrownBy(() -> board.note(0, new Answer(7, 1, 1, 0, 0, 0, 0)))
        .hasMessage("ema-bn answered sample 7 twice");
    assertThatThrownBy(() -> board.note(1, new Answer(200, 1, 1, 0, 0, 0, 0)))
        .hasMessage("unmix-tns answered sample 200, but the stream ends at 200");
    assertThatThrownBy(() -> board.result(List.of()))
        .hasMessage("The stream has samples without an answer");
  }
}
