package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.adapters.tta.learning.StepAlgorithms;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Steps of one thread: the recipe's {@link Stepper} first, then the source model for those streams
 * that did not step, or for all where it is to answer too.
 */
final class OrtAdaptationSession implements AdaptationSession {
  private final OrtRuntime runtime;
  private final AdaptationProgram program;
  private final int classes;
  private final Stepper stepper;
  private final SourcePass source;
  private ByteBuffer logits = DirectMemory.allocate(0);

  OrtAdaptationSession(OrtRuntime runtime) {
    this.runtime = runtime;
    program = runtime.program();
    classes = program.source().classes();
    source = new SourcePass(runtime);
    stepper =
        StepAlgorithms.of(program)
            .<Stepper>map(algorithm -> new AlgorithmStepper(runtime, algorithm))
            .orElseGet(() -> new GraphStepper(runtime));
  }

  @Override
  public AdaptationProgram program() {
    return program;
  }

  @Override
  public SampleBatch newBatch() {
    return new OrtSampleBatch(runtime.environment(), program.source());
  }

  @Override
  public AdaptationState initialState() {
    return restore(program.initialState());
  }

  @Override
  public AdaptationState restore(StateDict stateDict) {
    return new OrtAdaptationState(runtime.environment(), program, stateDict);
  }

  @Override
  public StepResult step(List<Turn> turns, int[] turnOfSample, SampleBatch batch) {
    Membership membership = new Membership(turns.size(), turnOfSample, batch.size());
    reserve(batch.size());
    Outcome unless = program.adapts() ? Outcomes.TOO_SMALL : Outcomes.SOURCE;
    List<StreamTurn> streams = turns.stream().map(turn -> new StreamTurn(turn, unless)).toList();
    OrtSampleBatch samples = (OrtSampleBatch) batch;
    try (OnnxTensor input = samples.tensor()) {
      if (program.adapts()) {
        stepper.step(streams, membership, samples, input, logits);
      }
      boolean answered = answerFromSource(streams, membership, samples, input);
      return new StepResult(
          streams.stream().map(StreamTurn::result).toList(),
          batch.size(),
          classes,
          floats(logits, batch.size()),
          answered ? floats(source.logits(), batch.size()) : null,
          source.features());
    }
  }

  /** Lets the source model answer the streams that want it; false if none does. */
  private boolean answerFromSource(
      List<StreamTurn> streams, Membership membership, OrtSampleBatch samples, OnnxTensor input) {
    if (!source.run(streams, membership, samples, input)) {
      return false;
    }
    int bytes = classes * Float.BYTES;
    for (int i = 0; i < membership.samples(); i++) {
      if (streams.get(membership.streamOf(i)).answersFromSource()) {
        logits.put(i * bytes, source.logits(), i * bytes, bytes);
      }
    }
    return true;
  }

  private void reserve(int samples) {
    int bytes = samples * classes * Float.BYTES;
    if (logits.capacity() < bytes) {
      logits = DirectMemory.allocate(bytes);
    }
  }

  private FloatBuffer floats(ByteBuffer memory, int samples) {
    return memory.asFloatBuffer().limit(samples * classes).asReadOnlyBuffer();
  }

  @Override
  public void close() {
    // Other buffers belong to the garbage collector, native sessions to the runtime.
    stepper.close();
  }
}
