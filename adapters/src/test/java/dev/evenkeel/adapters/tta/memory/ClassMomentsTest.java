package dev.evenkeel.adapters.tta.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tta.StateDict;
import org.junit.jupiter.api.Test;

class ClassMomentsTest {
  private static final float[] SOURCE_MEAN = {1};
  private static final float[] SOURCE_VARIANCE = {4};

  @Test
  void beforeAnySampleStatisticsAreTheSources() {
    assertStatistics(moments(2, 4, 0), 1, 4);
  }

  @Test
  void theSourceStandsInForClassesThatHaveNotBeenSeen() {
    ClassMoments moments = moments(2, 4, 0);
    add(moments, 4, 0, 3, 10);
    // Weights: class 0 has 4, class 1 is the source with 1.5 times 4.
    assertStatistics(moments, (4 * 3 + 6 * 1) / 10.0, square(4, 10, 6, 5) - 1.8 * 1.8);
  }

  @Test
  void eachClassWeighsAlikeHoweverManySamplesItHas() {
    ClassMoments moments = moments(2, 4, 0);
    add(moments, 400, 0, 3, 10);
    add(moments, 4, 1, 5, 26);
    assertStatistics(moments, 4, 18 - 16);
  }

  @Test
  void recentSamplesOfAClassReplaceOldOnes() {
    ClassMoments moments = moments(1, 4, 0);
    add(moments, 4, 0, 100, 10_001);
    for (int i = 0; i < 100; i++) {
      add(moments, 4, 0, 2, 5);
    }
    assertStatistics(moments, 2, 1);
  }

  @Test
  void aClassThatHasNotComeForLongFadesWithoutTheSourceInItsPlace() {
    ClassMoments moments = new ClassMoments(StateDict.of(ClassMoments.start(2, 1)), 4, 0, 10);
    add(moments, 4, 0, 3, 10);
    add(moments, 100, 1, 5, 26);
    assertThat(moments.statistics(SOURCE_MEAN, SOURCE_VARIANCE)[0][0]).isCloseTo(5f, within(1e-3f));
  }

  @Test
  void classesBeyondTheSlotsShareOne() {
    ClassMoments moments = new ClassMoments(StateDict.of(ClassMoments.start(2, 1)), 4, 0, 1e9);
    double[] third = {0, 0, 1};
    for (int i = 0; i < 4; i++) {
      moments.add(third, 3, 0, new float[] {3}, new float[] {10});
    }
    assertThat(moments.toEntries().get(ClassMoments.SAMPLES).toDoubles()).containsExactly(4, 0);
  }

  @Test
  void sourceSamplesHoldTheStatisticsBack() {
    ClassMoments moments = moments(1, 4, 4);
    add(moments, 4, 0, 3, 10);
    assertStatistics(moments, 2, 7.5 - 4);
  }

  private static ClassMoments moments(int slots, int capacity, int sourceWeight) {
    return new ClassMoments(
        StateDict.of(ClassMoments.start(slots, 1)), capacity, sourceWeight, 1e9);
  }

  private static void add(ClassMoments moments, int count, int label, float mean, float square) {
    int slots = moments.toEntries().get(ClassMoments.SAMPLES).size();
    double[] shares = new double[slots];
    shares[label] = 1;
    for (int i = 0; i < count; i++) {
      moments.add(shares, slots, 0, new float[] {mean}, new float[] {square});
    }
    moments.forget();
  }

  private static double square(double weight, double of, double otherWeight, double other) {
    return (weight * of + otherWeight * other) / (weight + otherWeight);
  }

  private static void assertStatistics(ClassMoments moments, double mean, double variance) {
    float[][] statistics = moments.statistics(SOURCE_MEAN, SOURCE_VARIANCE);
    assertThat(statistics[0][0]).isCloseTo((float) mean, within(1e-5f));
    assertThat(statistics[1][0]).isCloseTo((float) variance, within(1e-4f));
  }
}
