package dev.evenkeel.adapters.labelshift.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.labelshift.Gaussians;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every estimator of the registry keeps. */
class EstimatorContractTest {
  private static final double[] TARGET = {0.1, 0.15, 0.25, 0.5};
  private static final int BATCHES = 60;

  private final long seed = Long.getLong("evenkeel.seed", 29);
  private final Gaussians world = new Gaussians(seed);
  private final SourceEvidence evidence = Source.of(world, 20_000, 1000);
  private final double[] source = evidence.soft().prior();

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.labelshift.estimator.Subject#names")
  void tellsADistribution(String name) {
    Subject subject = Subject.of(name, evidence);
    double[] state = subject.start();
    for (double[] batch : batches(new double[] {0, 0, 0.01, 0.99}, 30, 16)) {
      state = subject.next(state, batch);
      assertThat(Arrays.stream(subject.prior(state)).sum()).as(replay()).isCloseTo(1, within(1e-9));
      assertThat(Arrays.stream(subject.prior(state)).min().orElseThrow())
          .as(replay())
          .isNotNegative();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.labelshift.estimator.Subject#names")
  void startsFromTheSourcePrior(String name) {
    Subject subject = Subject.of(name, evidence);
    assertThat(subject.prior(subject.start())).containsExactly(source);
  }

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.labelshift.estimator.Subject#names")
  void repeatsItselfBitForBit(String name) {
    List<double[]> batches = batches(TARGET, 5, 32);
    assertThat(Subject.of(name, evidence).after(batches))
        .as(replay())
        .containsExactly(Subject.of(name, evidence).after(batches));
  }

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.labelshift.estimator.Subject#names")
  void goesOnFromACopyOfItsStateBitForBit(String name) {
    List<double[]> batches = batches(TARGET, 12, 32);
    double[] saved = Subject.of(name, evidence).after(batches.subList(0, 7)).clone();
    Subject restored = Subject.of(name, evidence);
    double[] state = saved.clone();
    for (double[] batch : batches.subList(7, 12)) {
      double[] kept = state.clone();
      double[] next = restored.next(state, batch);
      assertThat(state).as("the state given, " + replay()).containsExactly(kept);
      state = next;
    }
    assertThat(state).as(replay()).containsExactly(Subject.of(name, evidence).after(batches));
  }

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.labelshift.estimator.Subject#names")
  void treatsClassesAlike(String name) {
    int[] order = {2, 0, 3, 1};
    List<double[]> batches = batches(TARGET, 10, 64);
    Subject one = Subject.of(name, evidence);
    Subject other = Subject.of(name, Source.relabelled(evidence, order));
    double[] first = one.prior(one.after(batches));
    double[] second =
        other.prior(
            other.after(batches.stream().map(rows -> Source.relabelled(rows, order)).toList()));
    assertThat(second).as(replay()).containsExactly(Source.relabelled(first, order), within(1e-7));
  }

  @ParameterizedTest
  @MethodSource("consistent")
  void keepsTheSourcePriorWhereNothingShifted(String name) {
    assertThat(distance(name, Gaussians.SOURCE)).as(replay()).isLessThan(allowed(name));
  }

  @ParameterizedTest
  @MethodSource("consistent")
  void findsAShiftedDistribution(String name) {
    assertThat(distance(name, TARGET)).as(replay()).isLessThan(allowed(name));
  }

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.labelshift.estimator.Subject#names")
  void leavesOutAnswersThatAreNotFinite(String name) {
    Subject subject = Subject.of(name, evidence);
    double[] batch = world.batch(TARGET, 32, 1);
    double[] poisoned = Arrays.copyOf(batch, batch.length + 8);
    Arrays.fill(poisoned, batch.length, poisoned.length, 0.25);
    poisoned[batch.length] = Double.NaN;
    poisoned[batch.length + 5] = Double.POSITIVE_INFINITY;
    assertThat(subject.next(subject.start(), poisoned))
        .as(replay())
        .containsExactly(subject.next(subject.start(), batch));
  }

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.labelshift.estimator.Subject#names")
  void refusesAConfusionThatTellsNothing(String name) {
    refuses(
        Subject.of(name, Source.blind(evidence)),
        world.batch(TARGET, 64, 1),
        "diameter of the simplex");
  }

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.labelshift.estimator.Subject#names")
  void refusesUniformAnswers(String name) {
    double[] uniform = new double[64 * Gaussians.CLASSES];
    Arrays.fill(uniform, 1.0 / Gaussians.CLASSES);
    refuses(Subject.of(name, evidence), uniform, "64 uniform answers of 64");
  }

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.labelshift.estimator.Subject#names")
  void refusesABatchOfNothing(String name) {
    Subject subject = Subject.of(name, evidence);
    refuses(subject, new double[0], "0 finite answers of 0");
    double[] lost = new double[2 * Gaussians.CLASSES];
    Arrays.fill(lost, Double.NaN);
    refuses(subject, lost, "0 finite answers of 2");
  }

  private void refuses(Subject subject, double[] batch, String reason) {
    double[] after = subject.next(subject.start(), batch);
    assertThat(subject.prior(after))
        .as(replay())
        .containsExactly(subject.prior(subject.start()), within(1e-12));
    assertThat(subject.refusal(batch)).as(replay()).get().asString().contains(reason);
  }

  /** From the truth after a stream, as one batch for those that know but one. */
  private double distance(String name, double[] truth) {
    Subject subject = Subject.of(name, evidence);
    List<double[]> stream =
        Estimators.batchNames().contains(name)
            ? batches(truth, 1, BATCHES * 64)
            : batches(truth, BATCHES, 64);
    return Source.totalVariation(subject.prior(subject.after(stream)), truth);
  }

  /** All but ROGD, which finds the prior that corrects best, not the one that is. */
  static Stream<String> consistent() {
    return Subject.names().filter(name -> !name.equals("rogd"));
  }

  /** Sampling noise: 3840 samples in all, fewer within the window of those that forget. */
  private static double allowed(String name) {
    return switch (name) {
      case "ema", "online-em", "flh-ftl" -> 0.08;
      default -> 0.04;
    };
  }

  private List<double[]> batches(double[] prior, int count, int size) {
    return new ArrayList<>(
        IntStream.range(0, count).mapToObj(i -> world.batch(prior, size, 1)).toList());
  }

  private String replay() {
    return "replay with -Devenkeel.seed=" + seed;
  }
}
