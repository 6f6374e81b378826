package dev.evenkeel.adapters.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.interpreter.Interpreter;
import dev.evenkeel.adapters.onnx.rewrite.ChannelStatistics;
import dev.evenkeel.adapters.onnx.rewrite.Convolution;
import dev.evenkeel.adapters.onnx.rewrite.Convolutions;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.TensorAssert;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationSessionTest {
  private final SourceModel source =
      SourceModel.of(FashionKit.model("fashion-resnet-folded"), Map.of());
  private final Convolutions convolutions = Convolutions.find(source.model(), source.logits());
  private final Tensor images = FashionKit.array("calibration/images.npy");

  @Test
  void equalsTheDefinitionComputedInDoublePrecision() {
    Tensor input = FashionKit.array("gradients/input.npy");
    ChannelStatistics measured;
    try (CalibrationSession session = CalibrationSession.open(source, convolutions, 1)) {
      SampleBatch batch = session.newBatch();
      int bytes = input.bytes().remaining() / 16;
      for (int i = 0; i < 16; i++) {
        batch.addFloat32(input.bytes().slice(i * bytes, bytes));
        if (i % 5 == 0 || i == 15) {
          session.add(batch);
          batch.clear();
        }
      }
      measured = session.statistics();
    }
    assertThat(measured.samples()).isEqualTo(16);
    Map<String, Tensor> values = Interpreter.runAll(source.model(), Map.of("input", input));
    double[] mean = measured.mean().toDoubles();
    double[] variance = measured.variance().toDoubles();
    for (Convolution convolution : convolutions.chosen()) {
      Tensor output = values.get(convolution.node().output());
      for (int channel : new int[] {0, convolution.channels() - 1}) {
        double[] expected = meanAndVariance(output, channel, convolution.channels());
        String what = convolution.name() + " channel " + channel;
        int at = convolution.offset() + channel;
        assertThat(Math.abs(mean[at] - expected[0])).as(what).isLessThan(1e-5);
        assertThat(Math.abs(variance[at] / expected[1] - 1)).as(what).isLessThan(1e-4);
      }
    }
  }

  @Test
  void howTheSamplesAreCutIntoBatchesChangesNothing() {
    ChannelStatistics inSixteens = measure(16);
    ChannelStatistics atOnce = measure(256);
    TensorAssert.assertClose(inSixteens.mean(), atOnce.mean(), 1e-6, "means");
    TensorAssert.assertClose(inSixteens.variance(), atOnce.variance(), 1e-6, "variances");
  }

  private ChannelStatistics measure(int batchSize) {
    try (CalibrationSession session = CalibrationSession.open(source, convolutions, 1)) {
      SampleBatch batch = session.newBatch();
      for (int i = 0; i < 256; i += batchSize) {
        FashionKit.fill(batch, images, i, i + batchSize);
        session.add(batch);
      }
      return session.statistics();
    }
  }

  private static double[] meanAndVariance(Tensor output, int channel, int channels) {
    double[] values = output.toDoubles();
    int samples = (int) output.shape().dimension(0);
    int positions = values.length / samples / channels;
    double mean = 0;
    double square = 0;
    for (int i = 0; i < samples; i++) {
      for (int p = 0; p < positions; p++) {
        double value = values[(i * channels + channel) * positions + p];
        mean += value / (samples * positions);
        square += value * value / (samples * positions);
      }
    }
    return new double[] {mean, square - mean * mean};
  }
}
