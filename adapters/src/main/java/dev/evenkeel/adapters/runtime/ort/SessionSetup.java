package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;

/** How native sessions are set up, whatever model they run. */
final class SessionSetup {
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
    return options.provider() != Provider.CPU
        && CudaProvider.enable(session, options.provider() == Provider.CUDA);
  }
}
