package dev.evenkeel.adapters.tta.normalization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The graph, which never forms a mixture, computes what the equations say. */
class UnMixTnsEquationsTest {
  private static final double TEMPERATURE = 0.1;
  private static final double REFERENCE_BATCH = 4;

  private final RandomTensors random = RandomTensors.seeded();

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (long opset : new long[] {9, 13, 17, 18, 21}) {
      for (int spatialRank : new int[] {1, 2, 3}) {
        for (int components : new int[] {1, 2, 16}) {
          cases.add(Arguments.of(opset, spatialRank, components, false));
          cases.add(Arguments.of(opset, spatialRank, components, true));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "operator set {0}, {1}-D, {2} components, within-component term {3}")
  @MethodSource("cases")
  void graphEqualsTheEquations(long opset, int spatialRank, int components, boolean withinTerm) {
    TinyNet net = TinyNet.random(random, spatialRank, 3, 5, 2, 5);
    assertEqualsTheEquations(net, opset, components, withinTerm, random.normal(batchShape(net, 6)));
  }

  @Test
  void holdsForMapsOfOnePosition() {
    TinyNet net = TinyNet.random(random, 2, 4, 4);
    TinyNet small = new TinyNet(Shape.of(4, 1, 1), net.layers(), net.head());
    assertEqualsTheEquations(small, 13, 4, false, random.normal(6, 4, 1, 1));
  }

  @Test
  void holdsForEmptyAndForConstantImages() {
    TinyNet net = TinyNet.random(random, 2, 4);
    Tensor empty = Batches.scaled(random.normal(3, 4, 3, 3), 0);
    float[] ones = new float[3 * 4 * 3 * 3];
    Arrays.fill(ones, 1);
    Tensor constant = Tensor.ofFloats(Shape.of(3, 4, 3, 3), ones);
    assertEqualsTheEquations(net, 13, 4, false, Batches.joined(empty, constant));
  }

  /** Mean squares less squared means: what cancels is no more than single precision allows. */
  @ParameterizedTest
  @ValueSource(ints = {10, 30})
  void holdsForMeansOfManyDeviations(int deviations) {
    TinyNet.Layer layer = TinyNet.random(random, 2, 4).layers().get(0);
    float[] means = new float[4];
    Arrays.fill(means, deviations);
    float[] ones = {1, 1, 1, 1};
    TinyNet.Layer shifted =
        new TinyNet.Layer(
            layer.scale(),
            layer.bias(),
            Tensor.ofFloats(Shape.of(4), means),
            Tensor.ofFloats(Shape.of(4), ones),
            layer.epsilon(),
            layer.momentum(),
            layer.mixing());
    TinyNet like = TinyNet.random(random, 2, 4);
    TinyNet net = new TinyNet(like.sampleShape(), List.of(shifted), like.head());
    float[] values = random.normal(batchShape(net, 6)).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] += deviations;
    }
    Tensor samples = Tensor.ofFloats(Shape.of(batchShape(net, 6)), values);
    double lost = 16 * Math.pow(deviations, 2) * Math.ulp(1f);
    for (boolean withinTerm : new boolean[] {false, true}) {
      assertEqualsTheEquations(net, 17, 4, withinTerm, samples, 1e-5 + lost);
    }
  }

  @Test
  void theEntropyOfAssignmentsIsAStreamsOwn() {
    SourceModel source = TinyNet.random(random, 2, 3, 5).source();
    Tensor first = random.normal(2, 3, 3, 3);
    Tensor second = random.normal(3, 3, 3, 3);
    for (String recipe : new String[] {"unmix-tns", "unmix-tns+tent"}) {
      try (Steps steps = Steps.of(source, recipe, Map.of(), 5);
          AdaptationState one = steps.initialState();
          AdaptationState other = steps.initialState();
          AdaptationState alone = steps.initialState()) {
        assertThat(steps.step(alone, first).assignmentEntropies())
            .as("nobody asked")
            .containsExactly(Double.NaN);
        steps.step(one, first);
        steps.telling(Signal.ASSIGNMENT_ENTROPY);
        double expected = steps.step(alone, first).assignmentEntropies().get(0);
        assertThat(expected).as(recipe).isBetween(0.0, Math.log(16));
        List<Double> found =
            steps
                .step(
                    List.of(one, other),
                    new int[] {0, 1, 1, 0, 1},
                    Batches.rows(Batches.joined(first, second), new int[] {0, 2, 3, 1, 4}))
                .assignmentEntropies();
        assertThat(found.get(0)).as(recipe).isCloseTo(expected, within(1e-5));
        assertThat(found.get(1)).as(recipe).isNotCloseTo(expected, within(1e-5));
      }
    }
    try (Steps steps = Steps.of(source, "ema-bn", Map.of(), 5);
        AdaptationState state = steps.initialState()) {
      steps.telling(Signal.ASSIGNMENT_ENTROPY);
      assertThat(steps.step(state, first).assignmentEntropies())
          .as("it has no components")
          .containsExactly(Double.NaN);
    }
  }

  private void assertEqualsTheEquations(
      TinyNet net, long opset, int components, boolean withinTerm, Tensor samples) {
    assertEqualsTheEquations(net, opset, components, withinTerm, samples, 1e-5);
  }

  private void assertEqualsTheEquations(
      TinyNet net,
      long opset,
      int components,
      boolean withinTerm,
      Tensor samples,
      double tolerance) {
    Map<String, String> settings =
        Map.of(
            "normalization.components", Integer.toString(components),
            "normalization.temperature", Double.toString(TEMPERATURE),
            "normalization.reference-batch", Integer.toString((int) REFERENCE_BATCH),
            "normalization.within-component-term", Boolean.toString(withinTerm));
    SourceModel source = SourceModel.of(net.model(opset), Map.of());
    try (Steps steps =
            Steps.of(source, "unmix-tns", settings, 5).telling(Signal.ASSIGNMENT_ENTROPY);
        AdaptationState state = steps.initialState()) {
      UnMixTnsByHand byHand =
          new UnMixTnsByHand(
              net, steps.program().initialState(), TEMPERATURE, REFERENCE_BATCH, withinTerm);
      for (int[] batch : new int[][] {{0, 1, 2, 3, 4, 5}, {4}, {3, 1}, {5, 5, 5}}) {
        Tensor picked = Batches.rows(samples, batch);
        Steps.Answer answer = steps.step(state, picked);
        assertClose("logits", answer.logits(), byHand.step(picked), tolerance);
        double entropy = answer.assignmentEntropies().get(0);
        assertClose(
            "entropy", new float[] {(float) entropy}, new double[] {byHand.entropy()}, tolerance);
        StateDict after = state.toStateDict();
        assertClose("means", after.get("norm.means").toFloats(), byHand.means(), tolerance);
        assertClose(
            "variances", after.get("norm.variances").toFloats(), byHand.variances(), tolerance);
      }
    }
  }

  private static long[] batchShape(TinyNet net, int samples) {
    long[] shape = new long[1 + net.sampleShape().rank()];
    shape[0] = samples;
    System.arraycopy(net.sampleShape().dimensions(), 0, shape, 1, shape.length - 1);
    return shape;
  }

  private void assertClose(String what, float[] actual, double[] expected, double tolerance) {
    assertThat(actual).as(what).hasSize(expected.length);
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      // A comparison that a NaN does not pass.
      double error = Math.abs(actual[i] - expected[i]) / (1 + Math.abs(expected[i]));
      worst = error <= worst ? worst : error;
    }
    assertThat(worst).as("largest relative error of %s, %s", what, random).isLessThan(tolerance);
  }
}
