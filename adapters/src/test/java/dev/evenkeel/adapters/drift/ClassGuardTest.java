package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfile;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A source model of three classes that is right nine times in ten; class 2 is protected. */
class ClassGuardTest {
  private static final int CLASSES = 3;
  private static final int BATCH = 64;
  private static final double[] EVEN = {0.4, 0.4, 0.2};
  private static final SourceProfile PROFILE = profile();

  private final Random random = new Random(5);
  private final SourceSignals signals = new SourceSignals(PROFILE);

  @Test
  void aClassThatFallsBelowHalfInThreeBlocksIsLost() {
    for (Optional<SourceProfile> profile :
        List.of(Optional.of(PROFILE), Optional.<SourceProfile>empty())) {
      List<Integer> lost = run(profile, 40, EVEN, (truth, source) -> truth == 2 ? 0 : truth);
      assertThat(lost).as("after 12 batches, and again").startsWith(11, 23);
    }
  }

  @Test
  void itIsNotLostWhileMoreThanHalfIsLeft() {
    List<Integer> lost =
        run(
            Optional.of(PROFILE),
            200,
            EVEN,
            (truth, source) -> truth == 2 && random.nextDouble() < 0.3 ? 0 : truth);
    assertThat(lost).isEmpty();
  }

  @Test
  void otherClassesMayBeLost() {
    assertThat(run(Optional.of(PROFILE), 60, EVEN, (truth, source) -> truth == 1 ? 2 : truth))
        .isEmpty();
  }

  @Test
  void aClassThatDoesNotComeIsNotLost() {
    double[] without = {0.5, 0.5, 0};
    assertThat(run(Optional.of(PROFILE), 200, without, (truth, source) -> truth)).isEmpty();
  }

  @Test
  void aRareClassIsJudgedOverSeveralBlocks() {
    double[] rare = {0.49, 0.49, 0.02};
    assertThat(run(Optional.of(PROFILE), 200, rare, (truth, source) -> truth)).isEmpty();
    assertThat(run(Optional.of(PROFILE), 200, rare, (truth, source) -> truth == 2 ? 0 : truth))
        .isNotEmpty()
        .first()
        .satisfies(batch -> assertThat(batch).isGreaterThan(11));
  }

  @Test
  void aSourceModelThatSeesTheClassEverywhereIsNotBelieved() {
    // Half of what the source model answers is class 2 for no reason, the adapted model is right.
    int[] alarms = new int[2];
    for (int withProfile = 0; withProfile < 2; withProfile++) {
      ClassGuard guard =
          new ClassGuard(List.of(2), withProfile == 1 ? Optional.of(PROFILE) : Optional.empty());
      double[] state = guard.start();
      for (int b = 0; b < 60; b++) {
        int[] truth = draw(EVEN);
        int[] source = new int[BATCH];
        FloatBuffer logits = FloatBuffer.allocate(BATCH * CLASSES);
        for (int i = 0; i < BATCH; i++) {
          source[i] = random.nextBoolean() ? 2 : truth[i];
          answer(logits, i, source[i], 0.2f);
        }
        double[] moments = withProfile == 1 ? signals.sum(logits, BATCH) : null;
        ClassGuard.Guarded seen = guard.next(state, truth, source, moments, Optional.empty());
        state = seen.state();
        alarms[withProfile] += seen.lost().isPresent() ? 1 : 0;
      }
    }
    assertThat(alarms[0]).as("without a profile it is").isPositive();
    assertThat(alarms[1]).isZero();
  }

  @Test
  void thePriorThatTheRecipeFollowsCounts() {
    ClassGuard guard = new ClassGuard(List.of(2), Optional.of(PROFILE));
    double[] state = guard.start();
    int alarms = 0;
    for (int b = 0; b < 60; b++) {
      int[] truth = draw(new double[] {0.5, 0.5, 0});
      int[] source = draw(new double[] {0.4, 0.4, 0.2});
      ClassGuard.Guarded seen =
          guard.next(
              state,
              truth,
              source,
              new double[3 * CLASSES],
              Optional.of(new double[] {0.5, 0.5, 0}));
      state = seen.state();
      alarms += seen.lost().isPresent() ? 1 : 0;
    }
    assertThat(alarms).isZero();
  }

  @Test
  void theStateOfOtherProtectedClassesCountsForNothing() {
    ClassGuard two = new ClassGuard(List.of(1, 2), Optional.empty());
    ClassGuard one = new ClassGuard(List.of(2), Optional.empty());
    int[] labels = draw(EVEN);
    double[] before = two.next(two.start(), labels, labels, null, Optional.empty()).state();
    assertThat(one.next(before, labels, labels, null, Optional.empty()).state())
        .isEqualTo(one.next(one.start(), labels, labels, null, Optional.empty()).state());
  }

  /** An adapted model. */
  private interface Adapted {
    int answer(int truth, int source);
  }

  /** Batches that raise an alarm. */
  private List<Integer> run(
      Optional<SourceProfile> profile, int batches, double[] prior, Adapted adapted) {
    ClassGuard guard = new ClassGuard(List.of(2), profile);
    double[] state = guard.start();
    List<Integer> lost = new ArrayList<>();
    for (int b = 0; b < batches; b++) {
      int[] truth = draw(prior);
      int[] source = new int[BATCH];
      int[] emitted = new int[BATCH];
      FloatBuffer logits = FloatBuffer.allocate(BATCH * CLASSES);
      for (int i = 0; i < BATCH; i++) {
        source[i] = random.nextInt(10) == 0 ? random.nextInt(CLASSES) : truth[i];
        emitted[i] = adapted.answer(truth[i], source[i]);
        answer(logits, i, source[i], 2);
      }
      double[] moments = profile.isPresent() ? signals.sum(logits, BATCH) : null;
      ClassGuard.Guarded seen = guard.next(state, emitted, source, moments, Optional.empty());
      state = seen.state();
      if (seen.lost().isPresent()) {
        assertThat(seen.lost()).hasValue(2);
        lost.add(b);
      }
    }
    return lost;
  }

  private int[] draw(double[] prior) {
    int[] labels = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      double u = random.nextDouble();
      labels[i] = u < prior[0] ? 0 : u < prior[0] + prior[1] ? 1 : 2;
    }
    return labels;
  }

  private static void answer(FloatBuffer logits, int row, int label, float logit) {
    for (int y = 0; y < CLASSES; y++) {
      logits.put(row * CLASSES + y, y == label ? logit : 0);
    }
  }

  private static SourceProfile profile() {
    Random random = new Random(1);
    ProfileMeasurement measurement = new ProfileMeasurement(CLASSES);
    for (int i = 0; i < 3000; i++) {
      int truth = i % 5 == 4 ? 2 : i % 2;
      int answer = random.nextInt(10) == 0 ? random.nextInt(CLASSES) : truth;
      float[] logits = new float[CLASSES];
      logits[answer] = 2;
      measurement.add(logits, new float[0], truth);
    }
    return measurement.measure("none", List.of());
  }
}
