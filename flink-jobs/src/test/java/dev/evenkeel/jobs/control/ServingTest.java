package dev.evenkeel.jobs.control;

import static dev.evenkeel.jobs.testing.Commands.toAll;
import static dev.evenkeel.jobs.testing.Commands.toStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.control.Serving.Trial;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which program serves whom, and how that lies in Flink state. */
class ServingTest {
  private static final ProgramSpec FIRST =
      new ProgramSpec("sha256:1", "ema-bn", new TreeMap<>(Map.of("a", "1")), 7);
  private static final ProgramSpec SECOND = FIRST.onModel("sha256:2");
  private static final ProgramSpec THIRD = FIRST.with(Map.of("a", "2", "b", "3"));
  private static final ControlCommand COMMAND = toAll("1", ControlAction.SWAP);
  private static final StreamControl UNTOLD = StreamControl.fresh(Turn.Mode.ADAPT, 0);

  /** Made once by {@link #whole()}; its first byte is the version. */
  private static final String GOLDEN =
      "AQAIc2hhMjU2OjEABmVtYS1ibgAAAAAAAAAHAAAAAQABYQABMQAIc2hhMjU2OjIABmVtYS1ibgAAAAAA"
          + "AAAHAAAAAQABYQABMQEACHNoYTI1NjoxAAZlbWEtYm4AAAAAAAAABwAAAAEAAWEAATEBAAhzaGEyNTY6"
          + "MQAGZW1hLWJuAAAAAAAAAAcAAAACAAFhAAEyAAFiAAEzP+AAAAAAAAABAQAAABICMQgEAAAAAAx0ZXN0"
          + "ZXIAAAAAAAABAAhzaGEyNTY6MQAGZW1hLWJuAAAAAAAAAAcAAAACAAFhAAEyAAFiAAEzAAAAFAJuCgAC"
          + "AnMAAAAMdGVzdGVyAAAA";

  @Test
  void aSwapIsTakenBackOnce() {
    Serving swapped = Serving.own(FIRST).swapped(SECOND, COMMAND);
    assertThat(served(swapped, "s")).isEqualTo(SECOND);
    Serving back = swapped.back(toAll("2", ControlAction.ROLL_BACK));
    assertThat(served(back, "s")).isEqualTo(FIRST);
    assertThat(back.isOwn()).as("commands were obeyed").isFalse();
    assertThatThrownBy(() -> Serving.own(FIRST).back(COMMAND))
        .hasMessageContaining("no other program served before");
  }

  @Test
  void aCanaryServesItsShareOfStreamsAlwaysTheSame() {
    Serving trial = Serving.own(FIRST).trying(new Trial(SECOND, 0.25, false), COMMAND);
    List<String> streams = IntStream.range(0, 4000).mapToObj(i -> "stream-" + i).toList();
    long served = streams.stream().filter(s -> served(trial, s).equals(SECOND)).count();
    assertThat(served).isBetween(900L, 1100L);
    Serving wider = Serving.own(FIRST).trying(new Trial(SECOND, 0.5, false), COMMAND);
    assertThat(streams)
        .as("a larger share is the smaller one and more")
        .allMatch(s -> !served(trial, s).equals(SECOND) || served(wider, s).equals(SECOND));
    assertThat(served(trial.promoted(COMMAND), streams.get(0))).isEqualTo(SECOND);
    assertThat(streams).allMatch(s -> served(trial.back(COMMAND), s).equals(FIRST));
  }

  @Test
  void aShadowServesNobodyUntilItIsPromoted() {
    Serving shadow = Serving.own(FIRST).trying(new Trial(SECOND, 1, true), COMMAND);
    assertThat(served(shadow, "s")).isEqualTo(FIRST);
    assertThat(shadow.programs()).containsExactly(FIRST, SECOND);
    assertThat(served(shadow.promoted(COMMAND), "s")).isEqualTo(SECOND);
    assertThatThrownBy(() -> Serving.own(FIRST).promoted(COMMAND))
        .hasMessageContaining("no candidate is on trial");
  }

  @Test
  void aStreamHasItsOwnProgramOnceItHasObeyed() {
    ControlCommand now = toStream("n", ControlAction.SET, "s");
    ControlCommand later = toStream("l", ControlAction.SWAP, "s");
    later.setAtBatch(9L);
    Serving one = Serving.own(FIRST).except(THIRD, now);
    assertThat(served(one, "s")).as("has not heard of it").isEqualTo(FIRST);
    assertThat(one.of("s", UNTOLD.servedBy(now)).program()).isEqualTo(THIRD);
    Serving two = one.except(SECOND, later);
    assertThat(two.of("s", UNTOLD.servedBy(now)).program()).as("until then").isEqualTo(THIRD);
    assertThat(two.of("s", UNTOLD.servedBy(later)).program()).isEqualTo(SECOND);
    assertThat(two.lastFor("s")).isEqualTo(SECOND);
    assertThat(two.lastFor("t")).isEqualTo(FIRST);
    assertThat(two.without("s").special()).isEmpty();
    assertThatThrownBy(() -> two.without("t")).hasMessageContaining("'t' has no program");
    assertThat(served(two.swapped(SECOND, COMMAND), "s")).as("a swap for all").isEqualTo(SECOND);
  }

  @Test
  void exceptionsAreFew() {
    Serving serving = Serving.own(FIRST);
    for (int i = 0; i < Serving.MOST_SPECIAL; i++) {
      serving = serving.except(THIRD, toStream("c" + i, ControlAction.SET, "s" + i));
    }
    Serving full = serving;
    assertThat(full.except(SECOND, toStream("x", ControlAction.SET, "s0")).special())
        .hasSize(Serving.MOST_SPECIAL);
    assertThatThrownBy(() -> full.except(SECOND, toStream("x", ControlAction.SET, "another")))
        .hasMessageContaining("expected at most 8");
  }

  @Test
  void aJobFileMaySayWhatServesOrWhatItSaidBefore() {
    Serving swapped = Serving.own(FIRST).swapped(SECOND, COMMAND);
    assertThat(swapped.under(FIRST)).contains(swapped);
    assertThat(served(swapped.under(SECOND).orElseThrow(), "s")).isEqualTo(SECOND);
    assertThat(swapped.under(THIRD)).isEmpty();
  }

  @Test
  void whatWasWrittenIsRead() {
    byte[] golden = Base64.getDecoder().decode(GOLDEN);
    assertThat(ServingFormat.fromBytes(golden)).isEqualTo(whole());
    assertThat(ServingFormat.toBytes(whole())).isEqualTo(golden);
    assertThatThrownBy(() -> ServingFormat.fromBytes(Arrays.copyOf(golden, golden.length / 2)))
        .hasMessageContaining("cut short");
    golden[0] = 3;
    assertThatThrownBy(() -> ServingFormat.fromBytes(golden)).hasMessageContaining("version 3");
  }

  private static Serving whole() {
    return Serving.own(FIRST)
        .swapped(SECOND, COMMAND)
        .trying(new Trial(THIRD, 0.5, true), COMMAND)
        .except(THIRD, toStream("n", ControlAction.SET, "s"));
  }

  private static ProgramSpec served(Serving serving, String key) {
    return serving.of(key, UNTOLD).program();
  }
}
