package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.SampleBatch;
import java.nio.ByteBuffer;

/**
 * A program with a session of its own, in a runtime that is shared. It may be made on any thread
 * and is then used by one.
 */
final class LoadedProgram implements AutoCloseable {
  private final ProgramFactory factory;
  private final AdaptationSession session;
  private final boolean onCuda;
  private final SampleBatch input;

  private LoadedProgram(ProgramFactory factory, AdaptationSession session, boolean onCuda) {
    this.factory = factory;
    this.session = session;
    this.onCuda = onCuda;
    this.input = session.newBatch();
  }

  static LoadedProgram load(ProgramFactory factory) {
    ProgramRuntime runtime = SharedRuntimes.acquire(factory);
    try {
      return new LoadedProgram(factory, runtime.newSession(), runtime.usesCuda());
    } catch (RuntimeException | Error e) {
      SharedRuntimes.release(factory);
      throw e;
    }
  }

  /** Answers a batch of zeros with a state that is thrown away: what is slow at first is over. */
  void warmUp(int samples) {
    int elements = Math.toIntExact(session.program().source().sampleShape().size());
    ByteBuffer zeros = ByteBuffer.allocate(elements);
    try (AdaptationState state = session.initialState()) {
      input.clear();
      for (int i = 0; i < samples; i++) {
        input.addUint8(zeros);
      }
      session.step(state, input, true);
    } finally {
      input.clear();
    }
  }

  ProgramFactory factory() {
    return factory;
  }

  boolean isOnCuda() {
    return onCuda;
  }

  AdaptationSession session() {
    return session;
  }

  SampleBatch input() {
    return input;
  }

  String fingerprint() {
    return session.program().fingerprint();
  }

  @Override
  public void close() {
    session.close();
    SharedRuntimes.release(factory);
  }
}
