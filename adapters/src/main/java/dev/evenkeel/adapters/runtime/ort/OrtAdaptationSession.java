package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.learning.StepAlgorithms;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Steps of one thread: the recipe's {@link Stepper} first, then the source model for those streams
 * that did not step, or for all where it is to answer too.
 */
final class OrtAdaptationSession implements AdaptationSession {
  private final OrtRuntime runtime;
  private final AdaptationProgram program;
  private final int classes;
  private final Stepper stepper;
  private ByteBuffer logits = DirectMemory.allocate(0);
  private ByteBuffer sourceLogits = DirectMemory.allocate(0);

  OrtAdaptationSession(OrtRuntime runtime) {
    this.runtime = runtime;
    program = runtime.program();
    classes = program.source().classes();
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
  public StepResult step(AdaptationState state, SampleBatch batch, boolean shadow) {
    return step(List.of(state), new int[batch.size()], batch, shadow);
  }

  @Override
  public StepResult step(
      List<AdaptationState> states, int[] streamOfSample, SampleBatch batch, boolean shadow) {
    Membership membership = new Membership(states.size(), streamOfSample, batch.size());
    reserve(batch.size());
    List<OrtAdaptationState> streams = states.stream().map(OrtAdaptationState.class::cast).toList();
    Outcome[] outcomes = new Outcome[states.size()];
    Arrays.fill(outcomes, program.adapts() ? Outcomes.TOO_SMALL : Outcomes.SOURCE);
    OrtSampleBatch samples = (OrtSampleBatch) batch;
    try (OnnxTensor input = samples.tensor()) {
      Learned learned =
          program.adapts()
              ? stepper.step(streams, membership, samples, input, logits, outcomes)
              : Learned.NOTHING;
      boolean fallback = Arrays.stream(outcomes).anyMatch(Outcomes.FROM_SOURCE::contains);
      if (shadow || fallback) {
        runSource(input, batch.size());
      }
      if (fallback) {
        answerFromSource(membership, outcomes);
      }
      return new StepResult(
          List.of(outcomes),
          batch.size(),
          classes,
          floats(logits, batch.size()),
          shadow || fallback ? floats(sourceLogits, batch.size()) : null,
          learned);
    }
  }

  private void runSource(OnnxTensor input, int samples) {
    try (OnnxTensor answers =
        DirectMemory.tensor(
            runtime.environment(), sourceLogits, OnnxJavaType.FLOAT, samples, classes)) {
      runtime.runSource(
          Map.of(program.source().input(), input), Map.of(program.source().logits(), answers));
    }
  }

  private void answerFromSource(Membership membership, Outcome[] outcomes) {
    int bytes = classes * Float.BYTES;
    for (int i = 0; i < membership.samples(); i++) {
      if (Outcomes.FROM_SOURCE.contains(outcomes[membership.streamOf(i)])) {
        logits.put(i * bytes, sourceLogits, i * bytes, bytes);
      }
    }
  }

  private void reserve(int samples) {
    int bytes = samples * classes * Float.BYTES;
    if (logits.capacity() < bytes) {
      logits = DirectMemory.allocate(bytes);
      sourceLogits = DirectMemory.allocate(bytes);
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
