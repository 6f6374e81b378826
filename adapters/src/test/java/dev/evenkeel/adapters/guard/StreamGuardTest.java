package dev.evenkeel.adapters.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.guard.StreamGuard.Verdict;
import dev.evenkeel.adapters.tta.GuardOptions;
import dev.evenkeel.adapters.tta.Recipe;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When guards are alarmed, what they do, and what they remember. */
class StreamGuardTest {
  private static final int CLASSES = 4;
  private static final int SAMPLES = 64;

  private double[] memory = new double[0];

  @Test
  void answersEstimatedToBeWorseAreReplacedFromTheFirstBatchOn() {
    StreamGuard guard = guard();
    Verdict verdict = judge(guard, batch(-0.3, 0, 0));
    assertThat(verdict.fallsBack()).isTrue();
    assertThat(verdict.actions())
        .extracting(GuardAction::guard, GuardAction::response)
        .containsExactly(tuple(Watch.ACCURACY, Response.FALL_BACK));
    assertThat(guard.fallsBack(memory)).isTrue();
    assertThat(guard.wantsSource(memory, false)).isTrue();
  }

  @Test
  void equalAnswersRaiseNoAlarm() {
    StreamGuard guard = guard();
    for (int i = 0; i < 100; i++) {
      Verdict verdict = judge(guard, batch(0, i % CLASSES, i % CLASSES));
      assertThat(verdict.actions()).isEmpty();
      assertThat(verdict.fallsBack()).isFalse();
    }
  }

  @Test
  void oneUnluckySampleDecidesNothing() {
    StreamGuard guard = guard();
    BatchEvidence one =
        new BatchEvidence(
            1, -0.9, 0.9, -0.8, 0, 0.1, 0.1, probabilities(1, 0), probabilities(1, 1));
    assertThat(judge(guard, one).fallsBack()).isFalse();
  }

  @Test
  void adaptedAnswersComeBackWhenTheyAreNoWorseForAWindow() {
    StreamGuard guard = guard("guards.restart-after", "0");
    judge(guard, batch(-0.3, 0, 0));
    int batches = 0;
    Verdict verdict;
    do {
      verdict = judge(guard, batch(0.2, batches % CLASSES, batches % CLASSES));
      batches++;
    } while (verdict.fallsBack());
    assertThat(batches).isBetween(2, 8);
    assertThat(verdict.actions())
        .extracting(GuardAction::response)
        .containsExactly(Response.RESUME);
  }

  @Test
  void aFallBackThatLastsStartsTheStateAgainEverMoreSeldom() {
    StreamGuard guard = guard("guards.restart-after", "256");
    StringBuilder restarts = new StringBuilder();
    for (int i = 1; i <= 40; i++) {
      if (judge(guard, batch(-0.3, 0, 0)).restart().isPresent()) {
        restarts.append(i).append(' ');
      }
    }
    assertThat(restarts.toString()).isEqualTo("4 8 16 32 ");
  }

  @Test
  void answersThatDoNotFollowTheStreamNeedMoreToBeTrusted() {
    assertThat(fallsBackOnAnOrderedStream(0.05, true)).isTrue();
    assertThat(fallsBackOnAnOrderedStream(0.05, false)).isFalse();
    assertThat(fallsBackOnAnOrderedStream(0.2, true)).isFalse();
  }

  private boolean fallsBackOnAnOrderedStream(double advantage, boolean flat) {
    memory = new double[0];
    StreamGuard guard = guard();
    boolean falls = false;
    for (int i = 0; i < 40; i++) {
      int label = i / 4 % CLASSES;
      falls = judge(guard, batch(advantage, flat ? -1 : label, label)).fallsBack();
    }
    return falls;
  }

  @Test
  void answersThatCollapseToOneClassAreReplacedHoweverSureTheyAre() {
    StreamGuard guard = guard();
    boolean falls = false;
    for (int i = 0; i < 20; i++) {
      falls = judge(guard, batch(0.4, 0, -1)).fallsBack();
    }
    assertThat(falls).isTrue();
    assertThat(memory).isNotEmpty();
  }

  @Test
  void parametersThatRunAwaySendTheStateBack() {
    StreamGuard guard = guard();
    Verdict near = guard.judge(memory, batch(0, 0, 0), OptionalDouble.of(0.4));
    assertThat(near.restart()).isEmpty();
    Verdict far = guard.judge(memory, batch(0, 0, 0), OptionalDouble.of(0.6));
    assertThat(far.restart().orElseThrow())
        .isEqualTo(new GuardAction(Watch.DISTANCE, Response.RESET, 0.6, 0.5));
    assertThat(far.fallsBack()).isFalse();
  }

  @Test
  void labelsCountOnceThereAreEnough() {
    StreamGuard guard = guard();
    memory = guard.withLabels(guard.start(), 100, 40, 60);
    assertThat(judge(guard, batch(0.1, 0, 0)).fallsBack()).isFalse();
    memory = guard.withLabels(memory, 200, 80, 120);
    Verdict verdict = judge(guard, batch(0.1, 0, 0));
    assertThat(verdict.fallsBack()).isTrue();
    GuardAction action = verdict.actions().get(0);
    assertThat(action.guard()).isEqualTo(Watch.LIVE_ACCURACY);
    assertThat(action.value()).isCloseTo(-0.2, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"warn", "freeze", "reset", "roll-back", "fall-back", "off"})
  void doesWhatItIsSetTo(String action) {
    StreamGuard guard = guard("guards.accuracy.action", action);
    Verdict verdict = judge(guard, batch(-0.3, 0, 0));
    assertThat(verdict.actions())
        .extracting(done -> done.response().label())
        .isEqualTo(action.equals("off") ? List.of() : List.of(action));
    assertThat(verdict.fallsBack()).isEqualTo(action.equals("fall-back"));
    assertThat(guard.freezes(memory)).isEqualTo(action.equals("freeze"));
    assertThat(verdict.restart().isPresent())
        .isEqualTo(action.equals("reset") || action.equals("roll-back"));
  }

  @Test
  void theSourceModelRestsOnceTheStreamIsTrusted() {
    StreamGuard guard = guard("guards.trust-after", "256", "guards.shadow-share", "0.25");
    int asked = 0;
    for (int i = 0; i < 4; i++) {
      assertThat(guard.wantsSource(memory, false)).isTrue();
      judge(guard, batch(0.1, i, i));
    }
    for (int i = 0; i < 40; i++) {
      if (guard.wantsSource(memory, false)) {
        asked++;
        judge(guard, batch(0.1, i % CLASSES, i % CLASSES));
      } else {
        memory = guard.unseen(memory);
      }
    }
    assertThat(asked).isEqualTo(10);
  }

  @Test
  void underLoadTheSourceModelAnswersFewerBatchesOfATrustedStream() {
    StreamGuard guard = guard("guards.trust-after", "256");
    for (int i = 0; i < 4; i++) {
      assertThat(guard.wantsSource(memory, true)).as("not trusted yet").isTrue();
      judge(guard, batch(0.1, i, i));
    }
    int asked = 0;
    for (int i = 0; i < 40; i++) {
      asked += guard.wantsSource(memory, true) ? 1 : 0;
      assertThat(guard.wantsSource(memory, false)).as("not busy").isTrue();
      memory = guard.unseen(memory);
    }
    assertThat(asked).isEqualTo(10);
  }

  @Test
  void copiesForARollBackAreTakenInCalmOnly() {
    StreamGuard guard = guard("guards.restart", "roll-back");
    assertThat(judge(guard, batch(0.1, 0, 0)).isGood()).isTrue();
    assertThat(judge(guard, batch(0.1, 1, 1)).isGood()).isFalse();
    assertThat(judge(guard, batch(-2, 1, 1)).isGood()).isFalse();
    assertThat(judge(guard(), batch(0.1, 0, 0)).isGood()).isFalse();
  }

  @Test
  void judgingChangesNothingItWasGiven() {
    StreamGuard guard = guard();
    judge(guard, batch(0.1, 0, 1));
    double[] before = memory.clone();
    Verdict one = guard.judge(memory, batch(-0.1, 2, 1), OptionalDouble.empty());
    Verdict two = guard.judge(memory, batch(-0.1, 2, 1), OptionalDouble.empty());
    assertThat(memory).isEqualTo(before);
    assertThat(one.memory()).isEqualTo(two.memory());
    assertThat(one.actions()).isEqualTo(two.actions());
  }

  @Test
  void differingFromASureSourceModelIsNotServed() {
    assertThat(fallsBackOnDifferences(0.95, -0.02)).isTrue();
    assertThat(fallsBackOnDifferences(0.95, -0.004)).isFalse();
    assertThat(fallsBackOnDifferences(0.8, -0.3)).as("not sure, so nobody knows").isFalse();
  }

  private boolean fallsBackOnDifferences(double belief, double bound) {
    StreamGuard guard = guard("guards.restart-after", "0");
    memory = guard.start();
    Verdict verdict = null;
    for (int i = 0; i < 20; i++) {
      verdict =
          judge(
              guard,
              new BatchEvidence(
                  SAMPLES,
                  0.05 * SAMPLES,
                  belief * SAMPLES,
                  bound * SAMPLES,
                  SAMPLES / 2,
                  SAMPLES * 0.5,
                  SAMPLES * 0.5,
                  probabilities(SAMPLES, i % CLASSES),
                  probabilities(SAMPLES, i % CLASSES)));
    }
    return verdict.fallsBack();
  }

  @Test
  void orderIsKnownThroughLongRunsOfOneClass() {
    StreamGuard guard = guard("guards.restart-after", "0");
    memory = guard.start();
    int served = 0;
    for (int i = 0; i < 4 * 40; i++) {
      // Forty batches of each class, which the adapted answers do not follow.
      Verdict verdict = judge(guard, batch(0.05, -1, i / 40 % CLASSES));
      served += i >= 40 + 8 && !verdict.fallsBack() ? 1 : 0;
    }
    assertThat(served).isZero();
  }

  @Test
  void evidenceIsReadFromTheRowsOfTheStream() {
    FloatBuffer adapted = FloatBuffer.wrap(new float[] {9, 9, 0, (float) Math.log(3), 5, 0});
    FloatBuffer source = FloatBuffer.wrap(new float[] {9, 9, 0, 0, 0, 5});
    BatchEvidence one = BatchEvidence.of(new int[] {1}, adapted, null, false, source, 2, 1);
    assertThat(one.advantage()).isCloseTo(0.25, within(1e-6));
    assertThat(one.sourceEntropy()).isCloseTo(Math.log(2), within(1e-9));
    assertThat(one.probabilities()).containsExactly(new double[] {0.25, 0.75}, within(1e-6));
    BatchEvidence two = BatchEvidence.of(new int[] {1, 2}, adapted, null, false, source, 2, 1);
    assertThat(two.samples()).isEqualTo(2);
    assertThat(two.agreements()).isZero();
    BatchEvidence corrected =
        BatchEvidence.of(new int[] {1}, adapted, new float[] {0, 0}, true, source, 2, 1);
    assertThat(corrected.advantage()).isCloseTo(0, within(1e-6));
    assertThat(two.sourceBelief()).isCloseTo(0.5 + 1 / (1 + Math.exp(-5)), within(1e-6));
    assertThat(two.bound())
        .as("both differ, from a source model that is not sure and from one that is")
        .isCloseTo(1 - 2 / (1 + Math.exp(-5)), within(1e-6));
    assertThat(corrected.bound()).as("the correction differs, not the network").isZero();
    BatchEvidence sequence =
        BatchEvidence.of(new int[] {1}, adapted, new float[] {0, 0}, false, source, 2, 1);
    assertThat(sequence.advantage())
        .as("three quarters by the answers, a half by the network, less a half")
        .isCloseTo(0.125, within(1e-6));
    assertThat(sequence.bound()).as("the network does not differ").isZero();
    assertThat(sequence.entropy()).as("that of the network").isCloseTo(Math.log(2), within(1e-9));
    BatchEvidence cooler = BatchEvidence.of(new int[] {1}, adapted, null, false, source, 2, 0.5);
    assertThat(cooler.advantage()).as("9 to 1, less a half").isCloseTo(0.4, within(1e-6));
    assertThat(cooler.probabilities()).isEqualTo(one.probabilities());
  }

  @Test
  void thresholdsThatCannotBeReadAreRefused() {
    assertThatThrownBy(() -> Recipe.parse("ema-bn", Map.of("guards.accuracy.threshold", "-1")))
        .hasMessageContaining("guards.accuracy.threshold");
    assertThatThrownBy(() -> Recipe.parse("ema-bn", Map.of("guards.order.action", "resume")))
        .hasMessageContaining("expected one of");
    assertThatThrownBy(() -> Recipe.parse("source", Map.of("guards.enabled", "true")))
        .hasMessageContaining("not used by recipe 'source'");
  }

  private Verdict judge(StreamGuard guard, BatchEvidence batch) {
    Verdict verdict = guard.judge(memory, batch, OptionalDouble.empty());
    memory = verdict.memory();
    return verdict;
  }

  private static StreamGuard guard(String... keysAndValues) {
    Map<String, String> settings = new TreeMap<>(Map.of("guards.enabled", "true"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return new StreamGuard(CLASSES, GuardOptions.of(Recipe.parse("ema-bn", settings)));
  }

  /**
   * A batch.
   *
   * @param advantage of each sample
   * @param adapted class that the adapted answers lean to, -1 for none
   * @param source the same of the source model
   */
  private static BatchEvidence batch(double advantage, int adapted, int source) {
    return new BatchEvidence(
        SAMPLES,
        advantage * SAMPLES,
        SAMPLES * 0.5,
        0,
        SAMPLES / 2,
        SAMPLES * 0.5,
        SAMPLES * 0.5,
        probabilities(SAMPLES, adapted),
        probabilities(SAMPLES, source));
  }

  private static double[] probabilities(int samples, int leaning) {
    double[] sums = new double[CLASSES];
    for (int y = 0; y < CLASSES; y++) {
      sums[y] = samples * (leaning < 0 ? 1.0 / CLASSES : y == leaning ? 0.91 : 0.03);
    }
    return sums;
  }
}
