package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OrtEnvironment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Loads the native library, once per process, with its telemetry off.
 *
 * <p>On loading, ONNX Runtime 1.29 matches regular expressions against the command line of the
 * process, recursively: a few thousand characters, such as a long class path, overflow the stack of
 * an ordinary Java thread, and the process dies without a word. So it is loaded on a thread with a
 * large stack.
 */
final class OrtLibrary {
  /** Enough for 200,000 characters of command line; only what is used is taken. */
  private static final long STACK_BYTES = 64L << 20;

  private OrtLibrary() {}

  /** The environment that all sessions of this process share. */
  static OrtEnvironment environment() {
    return Holder.ENVIRONMENT;
  }

  private static OrtEnvironment load() {
    FutureTask<OrtEnvironment> loading =
        new FutureTask<>(
            () -> {
              OrtEnvironment environment = OrtEnvironment.getEnvironment();
              environment.setTelemetry(false);
              return environment;
            });
    new Thread(null, loading, "load-onnx-runtime", STACK_BYTES).start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return loading.get();
        } catch (InterruptedException e) {
          // The library cannot be half loaded: wait, and tell the caller afterwards.
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException(
              "ONNX Runtime's native library cannot be loaded: " + e.getCause(), e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = load();
  }
}
