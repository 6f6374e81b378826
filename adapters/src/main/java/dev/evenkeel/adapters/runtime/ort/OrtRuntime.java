package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.LearningModels;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.learning.Network;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/**
 * A program in ONNX Runtime: one native session for the program and one for the source model, which
 * the sessions of all threads share.
 */
public final class OrtRuntime implements ProgramRuntime {
  private final AdaptationProgram program;
  private final OrtEnvironment environment;
  private final boolean cuda;
  private final Sessions sessions;

  /** Runs hold the read lock: closing a native session under a run ends the process. */
  private final ReadWriteLock closing = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * The native sessions of a program; those that run the same model are one.
   *
   * @param learning null where no parameter is learned
   * @param backward null where no parameter is learned
   */
  private record Sessions(
      OrtSession source, OrtSession adapted, OrtSession learning, OrtSession backward) {
    Set<OrtSession> distinct() {
      Set<OrtSession> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
      Stream.of(source, adapted, learning, backward)
          .filter(Objects::nonNull)
          .forEach(distinct::add);
      return distinct;
    }
  }

  private OrtRuntime(
      AdaptationProgram program, OrtEnvironment environment, boolean cuda, Sessions sessions) {
    this.program = program;
    this.environment = environment;
    this.cuda = cuda;
    this.sessions = sessions;
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
      boolean cuda = SessionSetup.apply(sessionOptions, options);
      Loading loading = new Loading(environment, sessionOptions);
      return new OrtRuntime(program, environment, cuda, loading.load(program));
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot load the model: " + e.getMessage(), e);
    }
  }

  /** Loads models, and closes those loaded when one fails. */
  private record Loading(OrtEnvironment environment, OrtSession.SessionOptions options) {
    Sessions load(AdaptationProgram program) {
      IdentityHashMap<Model, OrtSession> loaded = new IdentityHashMap<>();
      try {
        // Features are computed anyway; told only to those who ask for them.
        SourceModel model = program.source();
        OrtSession source =
            load(loaded, model.outputs(model.features().isPresent()), "source model");
        OrtSession adapted =
            program.adapts() ? load(loaded, program.model(), "adaptation program") : source;
        if (program.learning().isEmpty()) {
          return new Sessions(source, adapted, null, null);
        }
        LearningModels learning = program.learning().get();
        return new Sessions(
            source,
            adapted,
            load(loaded, learning.forward(), "learning pass"),
            load(loaded, learning.backward(), "backward pass"));
      } catch (RuntimeException e) {
        loaded.values().forEach(OrtRuntime::closeNative);
        throw e;
      }
    }

    private OrtSession load(IdentityHashMap<Model, OrtSession> loaded, Model model, String what) {
      return loaded.computeIfAbsent(
          model,
          unloaded -> {
            try {
              return environment.createSession(OnnxWriter.toBytes(unloaded), options);
            } catch (OrtException e) {
              throw new IllegalStateException(
                  "ONNX Runtime cannot load the " + what + ": " + e.getMessage(), e);
            }
          });
    }
  }

  @Override
  public AdaptationProgram program() {
    return program;
  }

  @Override
  public String description() {
    return "ONNX Runtime " + environment.getVersion() + " on " + (cuda ? "CUDA" : "CPU");
  }

  @Override
  public boolean usesCuda() {
    return cuda;
  }

  @Override
  public AdaptationSession newSession() {
    return new OrtAdaptationSession(this);
  }

  @Override
  public Network newNetwork() {
    return new OrtNetwork(this);
  }

  OrtEnvironment environment() {
    return environment;
  }

  void runSource(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    runSource(inputs, Set.of(), outputs).close();
  }

  /** Runs the source model; what is requested beside the given outputs the result holds. */
  OrtSession.Result runSource(
      Map<String, OnnxTensor> inputs, Set<String> requested, Map<String, OnnxTensor> outputs) {
    return run(sessions.source, inputs, requested, outputs);
  }

  void runAdapted(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    run(sessions.adapted, inputs, Set.of(), outputs).close();
  }

  /** Runs the program; what is requested beside the given outputs the result holds. */
  OrtSession.Result runAdapted(
      Map<String, OnnxTensor> inputs, Set<String> requested, Map<String, OnnxTensor> outputs) {
    return run(sessions.adapted, inputs, requested, outputs);
  }

  /** The same in learning mode. */
  OrtSession.Result runLearning(
      Map<String, OnnxTensor> inputs, Set<String> requested, Map<String, OnnxTensor> outputs) {
    return run(sessions.learning, inputs, requested, outputs);
  }

  /** Runs the backward pass. */
  OrtSession.Result runBackward(Map<String, OnnxTensor> inputs, Set<String> requested) {
    return run(sessions.backward, inputs, requested, Map.of());
  }

  private OrtSession.Result run(
      OrtSession session,
      Map<String, OnnxTensor> inputs,
      Set<String> requested,
      Map<String, OnnxTensor> outputs) {
    closing.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The runtime of the program is closed");
      }
      return session.run(inputs, requested, outputs);
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
        sessions.distinct().forEach(OrtRuntime::closeNative);
      }
    } finally {
      closing.writeLock().unlock();
    }
  }

  private static void closeNative(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed to close: " + e.getMessage(), e);
    }
  }
}
