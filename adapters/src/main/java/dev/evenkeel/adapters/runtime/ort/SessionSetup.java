package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How native sessions are set up, whatever model they run. */
final class SessionSetup {
  private static final Logger LOG = LoggerFactory.getLogger(SessionSetup.class);

  private SessionSetup() {}

  /**
   * Sets threads, optimisation and provider.
   *
   * @return whether CUDA was taken
   * @throws IllegalStateException if provider CUDA is asked for and does not work here
   */
  static boolean apply(OrtSession.SessionOptions session, RuntimeOptions options)
      throws OrtException {
    session.setIntraOpNumThreads(options.threads());
    session.setInterOpNumThreads(1);
    session.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    // Spinning threads take the cores from Flink's and halve the throughput under load.
    session.addConfigEntry("session.intra_op.allow_spinning", "0");
    return options.provider() != Provider.CPU && enableCuda(session, options);
  }

  private static boolean enableCuda(OrtSession.SessionOptions session, RuntimeOptions options) {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
      // Convolutions and products with 10 bits of mantissa would leave the tolerance of 1e-3.
      cuda.add("use_tf32", "0");
      session.addCUDA(cuda);
      // With several CUDA sessions memory grows without bound (microsoft/onnxruntime#29351).
      session.setMemoryPatternOptimization(false);
      return true;
    } catch (OrtException | UnsatisfiedLinkError e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
      if (options.provider() == Provider.CUDA) {
        throw new IllegalStateException(
            "runtime.provider is cuda, but CUDA does not work here: "
                + reason
                + "; build with -Pgpu on a machine with an NVIDIA driver and CUDA 12, or set"
                + " runtime.provider to auto or cpu",
            e);
      }
      LOG.info("CUDA is not available, running on the CPU: {}", reason);
      return false;
    }
  }
}
