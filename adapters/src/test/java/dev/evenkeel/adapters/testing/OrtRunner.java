package dev.evenkeel.adapters.testing;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs a model once in ONNX Runtime, as {@link TestRuntime} says. */
public final class OrtRunner {
  private static final Map<ElementType, OnnxJavaType> JAVA_TYPES =
      new EnumMap<>(
          Map.of(
              ElementType.BFLOAT16, OnnxJavaType.BFLOAT16,
              ElementType.BOOL, OnnxJavaType.BOOL,
              ElementType.FLOAT16, OnnxJavaType.FLOAT16,
              ElementType.FLOAT32, OnnxJavaType.FLOAT,
              ElementType.FLOAT64, OnnxJavaType.DOUBLE,
              ElementType.INT16, OnnxJavaType.INT16,
              ElementType.INT32, OnnxJavaType.INT32,
              ElementType.INT64, OnnxJavaType.INT64,
              ElementType.INT8, OnnxJavaType.INT8,
              ElementType.UINT8, OnnxJavaType.UINT8));

  private OrtRunner() {}

  /**
   * @param inputs a tensor for each graph input
   * @return the graph outputs in their order
   * @throws IllegalStateException if ONNX Runtime refuses the model or the inputs
   */
  public static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
    return run(OnnxWriter.toBytes(model), inputs);
  }

  /** The same for a model in its file format. */
  public static Map<String, Tensor> run(byte[] model, Map<String, Tensor> inputs) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> feed = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      apply(TestRuntime.options(), options);
      try (OrtSession session = environment.createSession(model, options)) {
        for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
          feed.put(input.getKey(), toOnnx(environment, input.getValue()));
        }
        try (OrtSession.Result result = session.run(feed)) {
          Map<String, Tensor> outputs = new LinkedHashMap<>();
          for (Map.Entry<String, OnnxValue> output : result) {
            outputs.put(output.getKey(), fromOnnx((OnnxTensor) output.getValue()));
          }
          return outputs;
        }
      } finally {
        feed.values().forEach(OnnxTensor::close);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refused: " + e.getMessage(), e);
    }
  }

  private static void apply(RuntimeOptions runtime, OrtSession.SessionOptions options)
      throws OrtException {
    options.setIntraOpNumThreads(runtime.threads());
    if (runtime.provider() == Provider.CUDA) {
      try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
        cuda.add("use_tf32", "0");
        options.addCUDA(cuda);
      }
      options.setMemoryPatternOptimization(false);
    }
  }

  private static OnnxTensor toOnnx(OrtEnvironment environment, Tensor tensor) throws OrtException {
    ByteBuffer bytes = tensor.bytes();
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining()).order(ByteOrder.nativeOrder());
    direct.put(bytes).flip();
    OnnxJavaType type = JAVA_TYPES.get(tensor.type());
    if (type == null) {
      throw new IllegalArgumentException("ONNX Runtime's Java interface cannot feed " + tensor);
    }
    return OnnxTensor.createTensor(environment, direct, tensor.shape().dimensions(), type);
  }

  private static Tensor fromOnnx(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    ElementType type =
        JAVA_TYPES.entrySet().stream()
            .filter(entry -> entry.getValue() == info.type)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("Unexpected output " + info));
    ByteBuffer copy =
        ByteBuffer.allocate(tensor.getByteBuffer().remaining()).order(ByteOrder.LITTLE_ENDIAN);
    copy.put(tensor.getByteBuffer()).flip();
    return Tensor.wrap(type, Shape.of(info.getShape()), copy);
  }
}
