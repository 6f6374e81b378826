package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.testing.GeneratedModels;
import dev.evenkeel.adapters.testing.GradientCheck;
import dev.evenkeel.adapters.testing.OpenedModel;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Gradients of all scales and biases of whole networks. */
@Tag("cuda")
class GeneratedModelGradientTest {
  @Test
  void ofInvertedResiduals() {
    check(GeneratedModels::mobileNet);
  }

  @Test
  void ofDenselyConnectedLayers() {
    check(GeneratedModels::denseNet);
  }

  @Test
  void ofResidualsBehindAPooledStem() {
    check(GeneratedModels::residualNet);
  }

  @Test
  void ofAttentionOverPatches() {
    check(GeneratedModels::transformer);
  }

  private static void check(Function<RandomTensors, Model> family) {
    RandomTensors random = RandomTensors.seeded();
    Model model = family.apply(random);
    List<String> targets = GeneratedModels.scalesAndBiases(model);
    OpenedModel opened = OpenedModel.of(model, targets);
    GradientCheck.checkOnRuntime(
        opened.model(),
        opened.inputs(GeneratedModels.INPUT, GeneratedModels.samples(random, 2)),
        "logits",
        targets);
  }
}
