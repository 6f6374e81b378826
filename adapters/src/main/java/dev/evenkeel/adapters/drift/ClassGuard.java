package dev.evenkeel.adapters.drift;

import dev.evenkeel.adapters.labelshift.SourceMoments;
import dev.evenkeel.adapters.profile.SourceProfile;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Notices that adaptation loses a class that must not be lost. In blocks of {@value #BLOCK} samples
 * the answers that a protected class gets are counted beside those that are to be expected. Once
 * {@value #LEAST} are expected, in one block or over several, the class is judged; got less than
 * {@value #SHARE} times as many {@value #BLOCKS} times in a row, it is lost.
 *
 * <p>To be expected of a block is what the source model gives to the class, but no more than what
 * is there to be recognised: {@code n q(c) P(answer = c | c)}, with the recall on the source domain
 * and the label distribution q. That is the one that the recipe follows; without one it is the
 * mixture of source classes that explains the source model's answers; where none explains them, it
 * is the source prior. Of an estimate the lower end of one standard error counts: a class that does
 * not come is not expected for noise alone, nor guarded below a share of about 1 %. So a source
 * model that sees a class everywhere, because its input is corrupted, does not make an adapted one
 * look as if it lost it.
 *
 * <p>A function: what it remembers is an array of numbers.
 */
public final class ClassGuard {
  /** Samples that make a block, at least; batches are not cut. */
  public static final int BLOCK = 256;

  /** Judgements in a row that lose a class. */
  public static final int BLOCKS = 3;

  private static final double SHARE = 0.5;
  private static final double LEAST = 8;

  /** Of a block that could not be judged so much counts in the next. */
  private static final double KEPT = 0.9;

  /** Relative residual up to which a mixture of source classes explains a block. */
  private static final double EXPLAINED = 1.3;

  private static final int ITERATIONS = 100;

  private final int[] guarded;
  private final Optional<SourceProfile> profile;
  private final Optional<SourceMoments> moments;
  private final int length;

  /**
   * A guard.
   *
   * @param guarded the protected classes, by index
   * @param profile of the source; without it the source model's share alone is expected
   */
  public ClassGuard(List<Integer> guarded, Optional<SourceProfile> profile) {
    this.guarded = guarded.stream().mapToInt(Integer::intValue).toArray();
    this.profile = profile;
    moments = profile.map(SourceProfile::moments);
    length = 1 + 5 * guarded.size() + profile.map(p -> 3 * p.classes()).orElse(0);
  }

  /**
   * What the guard makes of a batch.
   *
   * @param state for the next one
   * @param lost a protected class that is lost
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Guarded(double[] state, OptionalInt lost) {}

  /** The state before the first batch. */
  public double[] start() {
    return new double[length];
  }

  /**
   * Takes in a batch.
   *
   * @param state left as it is; one of other protected classes counts for nothing
   * @param emitted labels
   * @param source labels of the source model
   * @param sourceMoments sum of {@link SourceSignals}, null without a profile
   * @param prior that the recipe follows, if it has one
   */
  public Guarded next(
      double[] state,
      int[] emitted,
      int[] source,
      double[] sourceMoments,
      Optional<double[]> prior) {
    double[] sums = state.length == length ? state.clone() : start();
    int classes = guarded.length;
    sums[0] += emitted.length;
    for (int i = 0; i < emitted.length; i++) {
      for (int k = 0; k < classes; k++) {
        sums[1 + k] += emitted[i] == guarded[k] ? 1 : 0;
        sums[1 + classes + k] += source[i] == guarded[k] ? 1 : 0;
      }
    }
    for (int i = 0; sourceMoments != null && i < sourceMoments.length; i++) {
      sums[1 + 5 * classes + i] += sourceMoments[i];
    }
    return sums[0] < BLOCK ? new Guarded(sums, OptionalInt.empty()) : judge(sums, prior);
  }

  private Guarded judge(double[] sums, Optional<double[]> prior) {
    int classes = guarded.length;
    double[] next = start();
    Optional<double[]> labels = moments.map(source -> prior.orElseGet(() -> labels(source, sums)));
    OptionalInt lost = OptionalInt.empty();
    for (int k = 0; k < classes; k++) {
      int got = 1 + 2 * classes + k;
      int expected = got + classes;
      int streak = expected + classes;
      next[got] = KEPT * sums[got] + sums[1 + k];
      next[expected] = KEPT * sums[expected] + expected(k, sums, labels);
      next[streak] = sums[streak];
      if (next[expected] >= LEAST) {
        next[streak] = next[got] < SHARE * next[expected] ? next[streak] + 1 : 0;
        next[got] = 0;
        next[expected] = 0;
      }
      if (next[streak] >= BLOCKS) {
        lost = OptionalInt.of(guarded[k]);
        next[streak] = 0;
      }
    }
    return new Guarded(next, lost);
  }

  /** Samples of the block that are expected to be answered with the class. */
  private double expected(int k, double[] sums, Optional<double[]> labels) {
    double bySource = sums[1 + guarded.length + k];
    if (labels.isEmpty()) {
      return bySource;
    }
    SourceProfile source = profile.orElseThrow();
    int y = guarded[k];
    double prior = source.prior()[y];
    double recall = prior > 0 ? source.hardConfusion()[y][y] / prior : 1;
    double share = new Proportion(labels.get()[y] * sums[0], sums[0]).lower(1);
    return Math.min(bySource, share * recall * sums[0]);
  }

  private double[] labels(SourceMoments source, double[] sums) {
    double samples = sums[0];
    double[] means =
        Arrays.stream(sums, 1 + 5 * guarded.length, length).map(sum -> sum / samples).toArray();
    SourceMoments.Explanation found = source.explain(means, source.prior(), ITERATIONS);
    double left = found.residual() / source.noise(found.weights(), (long) samples);
    return left < EXPLAINED ? found.weights() : source.prior();
  }
}
