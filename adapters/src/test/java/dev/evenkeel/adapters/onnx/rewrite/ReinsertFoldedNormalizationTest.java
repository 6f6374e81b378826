package dev.evenkeel.adapters.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.runtime.ort.CalibrationSession;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.OrtRunner;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.TensorAssert;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReinsertFoldedNormalizationTest {
  private final SourceModel folded =
      SourceModel.of(FashionKit.model("fashion-resnet-folded"), Map.of());
  private final Convolutions convolutions = Convolutions.find(folded.model(), folded.logits());
  private final ChannelStatistics measured = measure();
  private final Model prepared =
      ReinsertFoldedNormalization.apply(folded.model(), convolutions, measured);

  @ParameterizedTest
  @ValueSource(strings = {"calibration/images.npy", "goldens/mixed_noniid/images.npy"})
  void answersAsTheOriginalOnSourceDataAndOnCorruptedData(String file) {
    Map<String, Tensor> input = Map.of("input", floats(FashionKit.array(file)));
    Map<String, Tensor> expected = OrtRunner.run(folded.model(), input);
    Map<String, Tensor> actual = OrtRunner.run(prepared, input);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    TensorAssert.assertClose(actual.get("logits"), expected.get("logits"), 1e-4, "logits");
    TensorAssert.assertClose(actual.get("features"), expected.get("features"), 1e-4, "features");
  }

  @Test
  void givesEveryConvolutionALayerThatCanBeAdapted() {
    NormalizationLayers layers = NormalizationLayers.find(prepared);
    assertThat(layers.fixed()).isEmpty();
    assertThat(layers.replaceable()).hasSize(15);
    assertThat(layers.totalChannels()).isEqualTo(560);
    NormalizationLayer first = layers.replaceable().get(0);
    String convolution = convolutions.chosen().get(0).name();
    assertThat(first.node().name()).isEqualTo(convolution + ".normalization");
    assertThat(first.epsilon()).isEqualTo(1e-5f);
    assertThat(first.momentum()).isCloseTo(0.1f, within(1e-6f));
    assertThat(Convolutions.find(prepared, "logits").chosen()).isEmpty();
  }

  @Test
  void theConvolutionGivesItsBiasToTheLayer() {
    NormalizationLayers layers = NormalizationLayers.find(prepared);
    for (int i = 0; i < 15; i++) {
      Convolution convolution = convolutions.chosen().get(i);
      NormalizationLayer layer = layers.replaceable().get(i);
      String name = convolution.node().input(2);
      assertThat(prepared.graph().initializers()).doesNotContainKey(name);
      float bias = folded.model().graph().initializers().get(name).toFloats()[0];
      assertThat(layer.bias().toFloats()[0] - layer.mean().toFloats()[0])
          .isCloseTo(bias, within(1e-5f));
    }
  }

  @Test
  void recoversTheParametersThatWereFoldedIn() {
    NormalizationLayers original = NormalizationLayers.find(FashionKit.resnet());
    float[] scale = original.join(NormalizationLayer::scale).toFloats();
    float[] bias = original.join(NormalizationLayer::bias).toFloats();
    double[] mean = measured.mean().toDoubles();
    double[] variance = measured.variance().toDoubles();
    double[] biasErrors = new double[scale.length];
    for (int c = 0; c < scale.length; c++) {
      // Folding made the convolution answer with mean bias and deviation |scale| on source data.
      biasErrors[c] = Math.abs(mean[c] - bias[c]) / Math.sqrt(variance[c] + 1e-5);
    }
    Arrays.sort(biasErrors);
    assertThat(biasErrors[scale.length / 2]).isLessThan(0.1);
    double[] ratios = new double[scale.length];
    for (int c = 0; c < scale.length; c++) {
      ratios[c] = Math.abs(Math.log(Math.sqrt(variance[c]) / Math.abs(scale[c])));
    }
    Arrays.sort(ratios);
    assertThat(ratios[scale.length / 2]).isLessThan(0.1);
  }

  @Test
  void saysInTheFileWhatWasDone() {
    Model read = OnnxReader.read(OnnxWriter.toBytes(prepared), "prepared.onnx");
    assertThat(read.metadata().get(ReinsertFoldedNormalization.METADATA_KEY))
        .isEqualTo(
            "ReinsertFoldedNormalization: 15 layers, 560 channels, statistics of 256 samples");
  }

  @Test
  void aChannelThatNeverVariedStaysSoundUnderBatchStatistics() {
    double[] variance = measured.variance().toDoubles();
    Arrays.fill(variance, 0);
    Model dead =
        ReinsertFoldedNormalization.apply(
            folded.model(),
            convolutions,
            new ChannelStatistics(
                measured.mean(), Tensor.ofDoubles(Shape.of(variance.length), variance), 256));
    Tensor input = RandomTensors.seeded().uniform(0, 1, 32, 1, 28, 28);
    TensorAssert.assertClose(
        OrtRunner.run(dead, Map.of("input", input)).get("logits"),
        OrtRunner.run(folded.model(), Map.of("input", input)).get("logits"),
        1e-3,
        "logits; " + RandomTensors.seeded());
    SourceModel source = SourceModel.of(dead, Map.of());
    for (String recipe : new String[] {"batch-norm", "unmix-tns"}) {
      try (Steps steps = Steps.of(source, recipe, Map.of(), 1)) {
        Steps.Answer answer = steps.step(steps.initialState(), input);
        assertThat(answer.outcomes()).hasToString("[Adapted[]]");
        for (float logit : answer.logits()) {
          assertThat(logit).isFinite();
        }
      }
    }
  }

  @Test
  void refusesAStatisticThatIsNotFinite() {
    double[] mean = measured.mean().toDoubles();
    mean[17] = Double.NaN;
    ChannelStatistics bad =
        new ChannelStatistics(
            Tensor.ofDoubles(Shape.of(mean.length), mean), measured.variance(), 256);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReinsertFoldedNormalization.apply(folded.model(), convolutions, bad))
        .withMessageContaining("mean of channel 1 of Conv '" + convolutions.chosen().get(1).name())
        .withMessageContaining("NaN");
  }

  @Test
  void refusesStatisticsOfOtherConvolutions() {
    Convolutions fewer = convolutions.keep(name -> name.equals("none"), "not wanted");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReinsertFoldedNormalization.apply(folded.model(), fewer, measured))
        .withMessageContaining("560 channels, expected 0");
  }

  private ChannelStatistics measure() {
    Tensor images = FashionKit.array("calibration/images.npy");
    try (CalibrationSession session = CalibrationSession.open(folded, convolutions, 1)) {
      SampleBatch batch = session.newBatch();
      FashionKit.fill(batch, images, 0, 256);
      session.add(batch);
      return session.statistics();
    }
  }

  private static Tensor floats(Tensor images) {
    long[] pixels = images.toLongs();
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] / 255f;
    }
    return Tensor.ofFloats(Shape.of(values.length / 784, 1, 28, 28), values);
  }
}
