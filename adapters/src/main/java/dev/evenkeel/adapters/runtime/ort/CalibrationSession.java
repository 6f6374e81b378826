package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.onnx.rewrite.ChannelStatistics;
import dev.evenkeel.adapters.onnx.rewrite.Convolutions;
import dev.evenkeel.adapters.onnx.rewrite.MeasureConvolutions;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/**
 * Measures what comes out of a model's convolutions: runs it batch by batch on ONNX Runtime and
 * joins the moments of the samples in double precision. How the samples are cut into batches
 * changes nothing but rounding. For one thread.
 *
 * <p>With m and v the mean and variance of a sample over its positions, the population's mean is
 * avg m and its variance avg v + var m, since all samples have as many positions; both by running
 * updates (Welford 1962).
 */
public final class CalibrationSession implements AutoCloseable {
  private final SourceModel source;
  private final OrtSession session;
  private final double[] mean;
  private final double[] withinSamples;
  private final double[] betweenSamples;
  private long samples;

  private CalibrationSession(SourceModel source, OrtSession session, int channels) {
    this.source = source;
    this.session = session;
    mean = new double[channels];
    withinSamples = new double[channels];
    betweenSamples = new double[channels];
  }

  /**
   * Loads a model for measuring, on the CPU.
   *
   * @param convolutions whose outputs are measured, at least one
   * @param threads inside one operator, at least 1
   * @throws IllegalStateException if ONNX Runtime refuses the model
   */
  public static CalibrationSession open(
      SourceModel source, Convolutions convolutions, int threads) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      byte[] model = OnnxWriter.toBytes(MeasureConvolutions.apply(source.model(), convolutions));
      return new CalibrationSession(
          source,
          OrtLibrary.environment().createSession(model, options),
          convolutions.totalChannels());
    } catch (OrtException e) {
      throw new IllegalStateException(
          "ONNX Runtime cannot load the model for calibration: " + e.getMessage(), e);
    }
  }

  public SampleBatch newBatch() {
    return new OrtSampleBatch(OrtLibrary.environment(), source);
  }

  /** Takes in the samples of a batch made by {@link #newBatch}. */
  public void add(SampleBatch batch) {
    try (OnnxTensor input = ((OrtSampleBatch) batch).tensor();
        OrtSession.Result result =
            session.run(
                Map.of(source.input(), input),
                Set.of(MeasureConvolutions.MEAN, MeasureConvolutions.VARIANCE))) {
      FloatBuffer means = floats(result, MeasureConvolutions.MEAN);
      FloatBuffer variances = floats(result, MeasureConvolutions.VARIANCE);
      for (int i = 0; i < batch.size(); i++) {
        samples++;
        for (int c = 0; c < mean.length; c++) {
          double before = means.get(i * mean.length + c) - mean[c];
          mean[c] += before / samples;
          betweenSamples[c] += before * (means.get(i * mean.length + c) - mean[c]);
          withinSamples[c] += variances.get(i * mean.length + c);
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed in calibration: " + e.getMessage(), e);
    }
  }

  /** Statistics over all samples so far, channels in the order of the convolutions. */
  public ChannelStatistics statistics() {
    double[] variance = new double[mean.length];
    for (int c = 0; c < variance.length; c++) {
      variance[c] = (withinSamples[c] + betweenSamples[c]) / samples;
    }
    Shape shape = Shape.of(mean.length);
    return new ChannelStatistics(
        Tensor.ofDoubles(shape, mean), Tensor.ofDoubles(shape, variance), samples);
  }

  private static FloatBuffer floats(OrtSession.Result result, String output) {
    return ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed to close: " + e.getMessage(), e);
    }
  }
}
