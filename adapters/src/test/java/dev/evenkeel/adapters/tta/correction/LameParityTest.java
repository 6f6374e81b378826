package dev.evenkeel.adapters.tta.correction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.OrtRunner;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LAME's own code gives the same probabilities for the features of the same model. */
class LameParityTest {
  private static final int SAMPLES = 64;
  private static final int CLASSES = 10;
  private static final int PIXELS = 28 * 28;

  @ParameterizedTest
  @ValueSource(strings = {"iid", "noniid", "mixed_noniid"})
  void equalsThePapersCode(String stream) {
    Lame lame = new Lame(Affinity.RBF, 5, 1, 100);
    long[] images = FashionKit.array("goldens/" + stream + "/images.npy").toLongs();
    float[] expected = FashionKit.array("goldens/" + stream + "/lame_b64/outputs.npy").toFloats();
    double worst = 0;
    double change = 0;
    for (int batch = 0; batch < 8; batch++) {
      float[] pixels = new float[SAMPLES * PIXELS];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = images[batch * pixels.length + i] / 255f;
      }
      Map<String, Tensor> outputs =
          OrtRunner.run(
              FashionKit.resnet(),
              Map.of("input", Tensor.ofFloats(Shape.of(SAMPLES, 1, 28, 28), pixels)));
      float[] logits = outputs.get("logits").toFloats();
      double[] plain = Rows.softmax(logits, CLASSES);
      float[] corrected =
          lame.correct(logits, Optional.of(outputs.get("features").toFloats()), SAMPLES, CLASSES);
      for (int i = 0; i < corrected.length; i++) {
        double wanted = expected[batch * corrected.length + i];
        worst = Math.max(worst, Math.abs(Math.exp(corrected[i]) - wanted));
        change = Math.max(change, Math.abs(plain[i] - wanted));
      }
    }
    assertThat(worst).as("largest difference of a probability").isLessThan(1e-3);
    assertThat(change).as("largest correction").isGreaterThan(0.5);
  }
}
