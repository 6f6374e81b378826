package dev.evenkeel.jobs.demo.result;

import dev.evenkeel.jobs.demo.data.Corruption;
import dev.evenkeel.jobs.demo.data.DriftPhase;
import dev.evenkeel.jobs.demo.data.DriftStream;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.jobs.demo.result.Scoreboard.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Answers with known error rates: the source model errs on 10 % of clean and 50 % of corrupted
 * samples, the first recipe on 20 % everywhere, the second on 5 % and 50 %.
 */
public final class SimulatedRun {
  public static final List<String> RECIPES = List.of("ema-bn", "unmix-tns");
  private static final long START = 1_700_000_000_000L;

  private SimulatedRun() {}

  /** A finished run of a clean and a corrupted phase. */
  public static DemoResult result(Path directory, int samplesPerPhase) throws IOException {
    FashionData data = FashionData.unpack(directory);
    DriftStream stream = stream(data, samplesPerPhase);
    Scoreboard board = new Scoreboard(stream, RECIPES);
    answer(stream, board);
    return board.result(data.classNames());
  }

  static DriftStream stream(FashionData data, int samplesPerPhase) {
    return DriftStream.of(
        data,
        List.of(
            DriftPhase.clean("clean", samplesPerPhase),
            DriftPhase.of(Corruption.FOG, samplesPerPhase)),
        1);
  }

  static void answer(DriftStream stream, Scoreboard board) {
    Random random = new Random(1);
    for (int i = 0; i < stream.size(); i++) {
      int truth = stream.label(i);
      boolean corrupted = stream.phaseOf(i) > 0;
      int source = every(i, corrupted ? 2 : 10) ? (truth + 1) % 10 : truth;
      board.note(0, answer(i, every(i, 5) ? (truth + 2) % 10 : truth, source, random));
      board.note(
          1, answer(i, every(i, corrupted ? 2 : 20) ? (truth + 3) % 10 : truth, null, random));
    }
  }

  /** Sample i is sent at 2 i ms, answered 20 to 29 ms later, and visible 500 ms after that. */
  private static Answer answer(int i, int label, Integer source, Random random) {
    long sent = START + 2L * i;
    long answered = sent + 20 + random.nextInt(10);
    return new Answer(
        i, label, source, 0.3 + 0.1 * random.nextDouble(), sent, answered, answered + 500);
  }

  private static boolean every(int i, int period) {
    return i % period == 0;
  }
}
