package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether CUDA works here, and how sessions on it are set up. */
final class CudaProvider {
  private static final Logger LOG = LoggerFactory.getLogger(CudaProvider.class);

  private static final Pattern REASON =
      Pattern.compile("(?<=with error: ).*|CUDA failure \\d+: [^;]*[^; ]");

  private CudaProvider() {}

  /**
   * Has a session run on CUDA.
   *
   * @param required whether the CPU will not do
   * @return whether it does; where not, one line in the log says why
   * @throws IllegalStateException if CUDA is required and does not work here
   */
  static boolean enable(OrtSession.SessionOptions session, boolean required) {
    try {
      requireDevice();
      add(session);
      return true;
    } catch (OrtException | UnsatisfiedLinkError e) {
      String reason = reason(String.valueOf(e.getMessage()));
      if (required) {
        throw new IllegalStateException(
            "runtime.provider is cuda, but CUDA does not work here: "
                + reason
                + "; it needs a build with -Pgpu, an NVIDIA driver, CUDA 12.8 or newer (not 13) and"
                + " cuDNN 9. Or set runtime.provider to auto or cpu",
            e);
      }
      LOG.info("CUDA is not available, running on the CPU: {}", reason);
      return false;
    }
  }

  /** What is wrong, without the places in ONNX Runtime's sources that precede it. */
  static String reason(String message) {
    String line = message.lines().findFirst().orElse("no reason given");
    Matcher found = REASON.matcher(line);
    return found.find() ? found.group() : line;
  }

  // The libraries can be there without a device, which they miss only when a session opens.
  private static void requireDevice() throws OrtException {
    Value in = Value.of("in", ElementType.FLOAT32, Dimension.of(1));
    Value out = Value.of("out", ElementType.FLOAT32, Dimension.of(1));
    Node node = Node.of("Identity", List.of("in"), List.of("out"), Map.of());
    Graph graph = new Graph("device", List.of(in), List.of(out), List.of(node), Map.of(), Map.of());
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      add(options);
      OrtLibrary.environment()
          .createSession(OnnxWriter.toBytes(Model.of(graph, 17, 8)), options)
          .close();
    }
  }

  private static void add(OrtSession.SessionOptions session) throws OrtException {
    // Of all visible devices the first: which are visible, CUDA_VISIBLE_DEVICES says.
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
      // Convolutions and products with 10 bits of mantissa would leave the tolerance of 1e-3.
      cuda.add("use_tf32", "0");
      // The search that is the default times all algorithms anew for each number of samples, and a
      // job that goes on after a failure could find another one, with other low bits.
      cuda.add("cudnn_conv_algo_search", "DEFAULT");
      session.addCUDA(cuda);
    }
    session.setDeterministicCompute(true);
    // With several CUDA sessions memory grows without bound (microsoft/onnxruntime#29351).
    session.setMemoryPatternOptimization(false);
  }
}
