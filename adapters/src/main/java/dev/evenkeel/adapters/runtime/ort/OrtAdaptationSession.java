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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
  private final Optional<StreamGuards> guards;
  private ByteBuffer logits = DirectMemory.allocate(0);
  private ByteBuffer selectedLogits = DirectMemory.allocate(0);

  OrtAdaptationSession(OrtRuntime runtime) {
    this.runtime = runtime;
    program = runtime.program();
    classes = program.source().classes();
    source = new SourcePass(runtime);
    stepper =
        StepAlgorithms.of(program)
            .<Stepper>map(algorithm -> new AlgorithmStepper(runtime, algorithm))
            .orElseGet(() -> new GraphStepper(runtime));
    guards = StreamGuards.of(program);
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
    List<StreamTurn> streams =
        turns.stream().map(turn -> new StreamTurn(turn, unlessItSteps(turn))).toList();
    OrtSampleBatch samples = (OrtSampleBatch) batch;
    try (OnnxTensor input = samples.tensor()) {
      guards.ifPresent(known -> streams.forEach(known::before));
      if (program.adapts()) {
        letStep(streams, membership, samples, input);
      }
      boolean answered = answerFromSource(streams, membership, samples, input);
      guards.ifPresent(
          known ->
              known.after(
                  streams, membership, logits.asFloatBuffer(), source.logits().asFloatBuffer()));
      return new StepResult(
          streams.stream().map(StreamTurn::result).toList(),
          batch.size(),
          classes,
          floats(logits, batch.size()),
          answered ? floats(source.logits(), batch.size()) : null,
          source.features());
    }
  }

  @Override
  public void takeLabels(AdaptationState state, int labelled, int adaptedRight, int sourceRight) {
    guards.ifPresent(
        known -> known.takeLabels((OrtAdaptationState) state, labelled, adaptedRight, sourceRight));
  }

  private Outcome unlessItSteps(Turn turn) {
    if (!program.adapts()) {
      return Outcomes.SOURCE;
    }
    return turn.mode() == Turn.Mode.SOURCE ? Outcomes.FALL_BACK : Outcomes.TOO_SMALL;
  }

  /** Lets all streams step but those that fall back to the source model. */
  private void letStep(
      List<StreamTurn> streams, Membership membership, OrtSampleBatch samples, OnnxTensor input) {
    int[] stepping =
        IntStream.range(0, streams.size()).filter(s -> streams.get(s).steps()).toArray();
    if (stepping.length == streams.size()) {
      stepper.step(streams, membership, samples, input, logits);
    } else if (stepping.length > 0) {
      letSomeStep(streams, stepping, membership, samples);
    }
  }

  private void letSomeStep(
      List<StreamTurn> streams, int[] stepping, Membership membership, OrtSampleBatch samples) {
    int[] own =
        IntStream.range(0, membership.samples())
            .filter(i -> streams.get(membership.streamOf(i)).steps())
            .toArray();
    int[] renumbered =
        IntStream.of(own).map(i -> Arrays.binarySearch(stepping, membership.streamOf(i))).toArray();
    reserveSelected();
    OrtSampleBatch selected = samples.select(own);
    try (OnnxTensor input = selected.tensor()) {
      stepper.step(
          IntStream.of(stepping).mapToObj(streams::get).toList(),
          new Membership(stepping.length, renumbered, own.length),
          selected,
          input,
          selectedLogits);
    }
    spread(selectedLogits, own, logits);
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

  /** Puts answers of some samples where the samples lie in the call. */
  private void spread(ByteBuffer answers, int[] positions, ByteBuffer into) {
    int bytes = classes * Float.BYTES;
    for (int i = 0; i < positions.length; i++) {
      into.put(positions[i] * bytes, answers, i * bytes, bytes);
    }
  }

  private void reserve(int samples) {
    int bytes = samples * classes * Float.BYTES;
    if (logits.capacity() < bytes) {
      logits = DirectMemory.allocate(bytes);
    }
  }

  private void reserveSelected() {
    if (selectedLogits.capacity() < logits.capacity()) {
      selectedLogits = DirectMemory.allocate(logits.capacity());
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
