package dev.evenkeel.adapters.onnx.interpreter;

import static dev.evenkeel.adapters.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.OrtRunner;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InterpreterTest {
  private static final Path RESOURCES = Path.of("src/test/resources/fashion");
  private static final int SAMPLES = 2;

  static Stream<OperatorCase> cases() {
    return OperatorCases.all(RandomTensors.seeded()).stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithOnnxRuntime(OperatorCase operator) {
    Model model = operator.model();

    Map<String, Tensor> expected = OrtRunner.run(model, operator.inputs());
    Map<String, Tensor> actual = Interpreter.run(model, operator.inputs());

    assertThat(actual).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          String what = operator + ", " + name + "; " + RandomTensors.seeded();
          assertClose(actual.get(name), tensor, 1e-5, what);
          if (!tensor.type().isFloat()) {
            assertThat(actual.get(name).type()).as(what).isEqualTo(tensor.type());
          }
          assertInferred(model.graph().output(name), tensor, what);
        });
  }

  @Test
  void everyOperatorHasACase() {
    assertThat(cases().map(OperatorCase::opType).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(Interpreter.operators());
  }

  @ParameterizedTest
  @CsvSource({
    "fashion-resnet, gradients/running_logits.npy",
    "fashion-resnet-folded, gradients/running_logits.npy",
    "fashion-tiny-vit, gradients-vit/ln_logits.npy",
  })
  void agreesWithPytorchOnARealModel(String name, Path golden) throws IOException {
    Model model = OnnxReader.read(RESOURCES.resolve("models/" + name + ".onnx"));
    Map<String, Tensor> inputs =
        Map.of("input", first(Npy.read(RESOURCES.resolve("gradients/input.npy"))));

    Map<String, Tensor> actual = Interpreter.run(model, inputs);

    assertClose(
        actual.get("logits"), first(Npy.read(RESOURCES.resolve(golden))), 1e-4, name + " golden");
    OrtRunner.run(model, inputs)
        .forEach((output, tensor) -> assertClose(actual.get(output), tensor, 1e-4, output));
  }

  @Test
  void givesIntermediateValues() {
    OperatorCase relu = OperatorCase.of("Relu", Tensor.ofFloats(Shape.of(2), -1, 2));

    assertThat(Interpreter.runAll(relu.model(), relu.inputs()))
        .containsExactly(Map.entry("out0", Tensor.ofDoubles(Shape.of(2), 0, 2)));
  }

  @Test
  void namesTheNodeThatItCannotEvaluate() {
    OperatorCase relu = OperatorCase.of("Relu", Tensor.scalar(1f));
    OperatorCase clash =
        OperatorCase.of(
            "Add", Tensor.ofFloats(Shape.of(2), 1, 2), Tensor.ofFloats(Shape.of(3), 1, 2, 3));
    OperatorCase unknown = OperatorCase.of("CumSum", Tensor.scalar(1f)).constant(Tensor.scalar(0L));

    assertThatThrownBy(() -> Interpreter.run(relu.model(), Map.of()))
        .hasMessageContaining("'in0' is not given");
    assertThatThrownBy(() -> Interpreter.run(unknown.model(), unknown.inputs()))
        .hasMessageContaining("CumSum 'out0'");
    assertThatThrownBy(() -> Interpreter.runAll(clash.model(), clash.inputs()))
        .hasMessageContaining("Add 'out0'")
        .hasMessageContaining("[2] and [3] do not broadcast");
  }

  private static void assertInferred(Value inferred, Tensor actual, String what) {
    assertThat(inferred.type()).as("inferred type of %s", what).isEqualTo(actual.type());
    assertThat(inferred.shape()).as("inferred shape of %s", what).isPresent();
    List<Dimension> shape = inferred.shape().orElseThrow();
    assertThat(shape).as("inferred shape of %s", what).hasSize(actual.shape().rank());
    for (int axis = 0; axis < shape.size(); axis++) {
      if (shape.get(axis).isKnown()) {
        assertThat(shape.get(axis).size())
            .as("inferred axis %d of %s", axis, what)
            .isEqualTo(actual.shape().dimension(axis));
      }
    }
  }

  private static Tensor first(Tensor all) {
    long[] shape = all.shape().dimensions();
    float[] values = all.toFloats();
    int length = values.length / (int) shape[0] * SAMPLES;
    shape[0] = SAMPLES;
    return Tensor.ofFloats(Shape.of(shape), Arrays.copyOf(values, length));
  }
}
