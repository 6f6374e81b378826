package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program in ONNX Runtime: one native session for the program and one for the source model, which
 * the sessions of all threads share.
 */
public final class OrtRuntime implements ProgramRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(OrtRuntime.class);

  private final AdaptationProgram program;
  private final OrtEnvironment environment;
  private final String description;
  private final OrtSession source;
  private final OrtSession adapted;

  /** Runs hold the read lock: closing a native session under a run ends the process. */
  private final ReadWriteLock closing = new ReentrantReadWriteLock();

  private boolean closed;

  private OrtRuntime(
      AdaptationProgram program,
      OrtEnvironment environment,
      String description,
      OrtSession source,
      OrtSession adapted) {
    this.program = program;
    this.environment = environment;
    this.description = description;
    this.source = source;
    this.adapted = adapted;
  }

  /**
   * Loads a program. With provider AUTO, CUDA is tried and the CPU taken with one line in the log
   * if it is not to be had.
   *
   * @throws IllegalStateException if provider CUDA is asked for and does not work here, or ONNX
   *     Runtime refuses the model
   */
  public static OrtRuntime open(AdaptationProgram program, RuntimeOptions options) {
    OrtEnvironment environment = OrtLibrary.environment();
    try (OrtSession.SessionOptions sessionOptions = new OrtSession.SessionOptions()) {
      configure(sessionOptions, options);
      boolean cuda = options.provider() != Provider.CPU && enableCuda(sessionOptions, options);
      OrtSession source =
          load(environment, program.source().logitsModel(), sessionOptions, "source model");
      try {
        OrtSession adapted =
            program.adapts()
                ? load(environment, program.model(), sessionOptions, "adaptation program")
                : source;
        String description =
            "ONNX Runtime " + environment.getVersion() + " on " + (cuda ? "CUDA" : "CPU");
        return new OrtRuntime(program, environment, description, source, adapted);
      } catch (RuntimeException e) {
        source.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot load the model: " + e.getMessage(), e);
    }
  }

  private static void configure(OrtSession.SessionOptions sessionOptions, RuntimeOptions options)
      throws OrtException {
    sessionOptions.setIntraOpNumThreads(options.threads());
    sessionOptions.setInterOpNumThreads(1);
    sessionOptions.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    // Spinning threads take the cores from Flink's and halve the throughput under load.
    sessionOptions.addConfigEntry("session.intra_op.allow_spinning", "0");
  }

  private static boolean enableCuda(
      OrtSession.SessionOptions sessionOptions, RuntimeOptions options) {
    try {
      sessionOptions.addCUDA(0);
      // With several CUDA sessions memory grows without bound (microsoft/onnxruntime#29351).
      sessionOptions.setMemoryPatternOptimization(false);
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

  private static OrtSession load(
      OrtEnvironment environment, Model model, OrtSession.SessionOptions options, String what) {
    try {
      return environment.createSession(OnnxWriter.toBytes(model), options);
    } catch (OrtException e) {
      throw new IllegalStateException(
          "ONNX Runtime cannot load the " + what + ": " + e.getMessage(), e);
    }
  }

  @Override
  public AdaptationProgram program() {
    return program;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public AdaptationSession newSession() {
    return new OrtAdaptationSession(this);
  }

  OrtEnvironment environment() {
    return environment;
  }

  void runSource(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    run(source, inputs, outputs);
  }

  void runAdapted(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    run(adapted, inputs, outputs);
  }

  private void run(
      OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    closing.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The runtime of the program is closed");
      }
      session.run(inputs, outputs).close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed in a step: " + e.getMessage(), e);
    } finally {
      closing.readLock().unlock();
    }
  }

  @Override
  public void close() {
    closing.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        source.close();
        if (adapted != source) {
          adapted.close();
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed to close: " + e.getMessage(), e);
    } finally {
      closing.writeLock().unlock();
    }
  }
}
