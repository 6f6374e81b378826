package dev.evenkeel.adapters.onnx.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.autodiff.SplitPasses.Passes;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.GradientCheck;
import dev.evenkeel.adapters.testing.OpenedModel;
import dev.evenkeel.adapters.testing.OrtRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients of the mean entropy, on ONNX Runtime, against those of PyTorch's autograd. */
@Tag("cuda")
class RealModelGradientTest {
  @ParameterizedTest
  @CsvSource({
    "fashion-resnet, BatchNormalization, gradients/running",
    "fashion-tiny-vit, LayerNormalization, gradients-vit/ln",
  })
  void agreesWithPytorchOnScalesAndBiases(String name, String operator, String golden) {
    Model model = FashionKit.model(name);
    List<String> scales = parameters(model, operator, 1);
    List<String> biases = parameters(model, operator, 2);
    List<String> targets = new ArrayList<>(scales);
    targets.addAll(biases);
    OpenedModel opened = OpenedModel.of(model, targets);
    Gradients gradients =
        ReverseMode.differentiate(opened.model(), "logits", "seed", targets, Set.of());
    Passes passes = SplitPasses.split(gradients.joint(), "seed", gradients.gradients());
    Map<String, Tensor> known = opened.inputs("input", FashionKit.array("gradients/input.npy"));

    known.putAll(OrtRunner.run(passes.forward(), pick(passes.forward(), known)));
    known.put("seed", entropySlope(known.get("logits")));
    Map<String, Tensor> apart = OrtRunner.run(passes.backward(), pick(passes.backward(), known));
    Map<String, Tensor> joint = OrtRunner.run(gradients.joint(), pick(gradients.joint(), known));

    for (Map<String, Tensor> results : List.of(apart, joint)) {
      List<Tensor> found = gradients.gradients().stream().map(results::get).toList();
      assertThat(
              GradientCheck.relativeDistance(
                  List.of(
                      joined(found.subList(0, scales.size())),
                      joined(found.subList(scales.size(), found.size()))),
                  List.of(
                      FashionKit.array(golden + "_dgamma.npy"),
                      FashionKit.array(golden + "_dbeta.npy"))))
          .isLessThanOrEqualTo(1e-3);
    }
  }

  private static List<String> parameters(Model model, String operator, int input) {
    return model.graph().nodes().stream()
        .filter(node -> node.is(operator))
        .map((Node node) -> node.input(input))
        .toList();
  }

  /** Gradient of the mean entropy: {@code -p (ln p + H) / N} with {@code p} the softmax of z. */
  private static Tensor entropySlope(Tensor logits) {
    int samples = (int) logits.shape().dimension(0);
    int classes = (int) logits.shape().dimension(1);
    double[] z = logits.toDoubles();
    float[] slope = new float[z.length];
    for (int n = 0; n < samples; n++) {
      double[] row = Arrays.copyOfRange(z, n * classes, (n + 1) * classes);
      double max = Arrays.stream(row).max().orElseThrow();
      double normalizer = max + Math.log(Arrays.stream(row).map(x -> Math.exp(x - max)).sum());
      double entropy =
          -Arrays.stream(row).map(x -> Math.exp(x - normalizer) * (x - normalizer)).sum();
      for (int y = 0; y < classes; y++) {
        double logarithm = row[y] - normalizer;
        slope[n * classes + y] = (float) (-Math.exp(logarithm) * (logarithm + entropy) / samples);
      }
    }
    return Tensor.ofFloats(logits.shape(), slope);
  }

  private static Tensor joined(List<Tensor> parts) {
    double[] values =
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.toDoubles())).toArray();
    return Tensor.ofDoubles(Shape.of(values.length), values);
  }

  private static Map<String, Tensor> pick(Model model, Map<String, Tensor> known) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    model.graph().inputs().forEach(input -> inputs.put(input.name(), known.get(input.name())));
    return inputs;
  }
}
