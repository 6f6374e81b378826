package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.evenkeel.adapters.onnx.rewrite.StreamAxis;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout.StateTensor;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.learning.Step;
import dev.evenkeel.adapters.tta.learning.StepAlgorithm;
import dev.evenkeel.adapters.tta.learning.StepAlgorithms;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Steps of one thread. With one stream, its state goes in and out without a copy; with several,
 * their states are laid side by side for the call and taken apart again.
 */
final class OrtAdaptationSession implements AdaptationSession {
  private static final Outcome ADAPTED = new Outcome.Adapted();
  private static final Outcome SOURCE = new Outcome.Source();
  private static final Outcome TOO_SMALL = new Outcome.Skipped("batch-below-minimum");
  private static final Outcome NON_FINITE = new Outcome.Skipped("non-finite");

  /** Outcomes whose answers are the source model's. */
  private static final Set<Outcome> FROM_SOURCE = Set.of(SOURCE, TOO_SMALL, NON_FINITE);

  private final OrtRuntime runtime;
  private final AdaptationProgram program;
  private final int classes;
  private final int minimalBatch;
  private final Set<String> inputNames;
  private final Optional<StepAlgorithm> algorithm;
  private final OrtNetwork network;
  private final FiniteCheck finite = new FiniteCheck();
  private ByteBuffer logits = DirectMemory.allocate(0);
  private ByteBuffer sourceLogits = DirectMemory.allocate(0);
  private ByteBuffer streamIndex = DirectMemory.allocate(0);
  private ByteBuffer streamCount = DirectMemory.allocate(0);

  OrtAdaptationSession(OrtRuntime runtime) {
    this.runtime = runtime;
    program = runtime.program();
    classes = program.source().classes();
    minimalBatch = program.recipe().minimalBatch();
    inputNames =
        program.model().graph().inputs().stream()
            .map(input -> input.name())
            .collect(Collectors.toUnmodifiableSet());
    algorithm = StepAlgorithms.of(program);
    network = new OrtNetwork(runtime);
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
    int[] counts = counts(states.size(), streamOfSample, batch.size());
    reserve(batch.size(), states.size());
    List<OrtAdaptationState> streams = states.stream().map(OrtAdaptationState.class::cast).toList();
    Outcome[] outcomes = new Outcome[states.size()];
    Arrays.fill(outcomes, program.adapts() ? TOO_SMALL : SOURCE);
    Learned learned = Learned.NOTHING;
    OrtSampleBatch samples = (OrtSampleBatch) batch;
    try (OnnxTensor input = samples.tensor()) {
      if (algorithm.isPresent()) {
        learned = stepOneByOne(streams, streamOfSample, counts, samples, outcomes);
      } else if (program.adapts() && Arrays.stream(counts).anyMatch(c -> c >= minimalBatch)) {
        adapt(streams, streamOfSample, counts, input, outcomes);
        if (streams.size() > 1 && Arrays.asList(outcomes).contains(NON_FINITE)) {
          retryOneByOne(streams, streamOfSample, samples, outcomes);
        }
      }
      boolean fallback = Arrays.stream(outcomes).anyMatch(FROM_SOURCE::contains);
      if (shadow || fallback) {
        runSource(input, batch.size());
      }
      if (fallback) {
        answerFromSource(streamOfSample, outcomes);
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

  /** Lets each stream take its step alone; those too small stay as they are. */
  private Learned stepOneByOne(
      List<OrtAdaptationState> states,
      int[] streamOfSample,
      int[] counts,
      OrtSampleBatch batch,
      Outcome[] outcomes) {
    Learned learned = Learned.NOTHING;
    for (int s = 0; s < states.size(); s++) {
      if (counts[s] >= minimalBatch) {
        int[] own = positions(streamOfSample, s);
        OrtSampleBatch samples = states.size() == 1 ? batch : batch.select(own);
        OrtAdaptationState state = states.get(s);
        Step step = algorithm.orElseThrow().step(network, state.view(), samples);
        outcomes[s] = settle(state, step);
        if (outcomes[s] != NON_FINITE) {
          learned = learned.plus(step.learned());
          put(step.logits(), own);
        }
      }
    }
    return learned;
  }

  private Outcome settle(OrtAdaptationState state, Step step) {
    boolean sound =
        finite.all(step.logits())
            && (!step.moved() || finite.all(state.next().memory()))
            && (!step.companionMoved() || finite.all(state.companionNext().memory()));
    if (!sound || step.outcome().equals(NON_FINITE)) {
      return NON_FINITE;
    }
    if (step.outcome() instanceof Outcome.Reset) {
      state.restart(step);
    } else {
      state.commit(step);
    }
    return step.outcome();
  }

  private void put(float[] answers, int[] rows) {
    FloatBuffer target = logits.asFloatBuffer();
    for (int i = 0; i < rows.length; i++) {
      target.put(rows[i] * classes, answers, i * classes, classes);
    }
  }

  private void adapt(
      List<OrtAdaptationState> states,
      int[] streamOfSample,
      int[] counts,
      OnnxTensor input,
      Outcome[] outcomes) {
    int samples = streamOfSample.length;
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxTensor> outputs = new HashMap<>();
    List<OnnxTensor> temporary = new ArrayList<>();
    try {
      inputs.put(program.source().input(), input);
      putStreams(inputs, temporary, streamOfSample, counts);
      OnnxTensor answers = tensor(logits, OnnxJavaType.FLOAT, samples, classes);
      temporary.add(answers);
      outputs.put(program.source().logits(), answers);
      if (states.size() == 1) {
        inputs.putAll(states.get(0).current().inputs());
        outputs.putAll(
            OrtNetwork.written(program.model(), states.get(0).current(), states.get(0).next()));
        runtime.runAdapted(inputs, outputs);
      } else {
        runSideBySide(states, inputs, outputs, temporary);
      }
    } finally {
      temporary.forEach(OnnxTensor::close);
    }
    settle(states, streamOfSample, counts, outcomes);
  }

  private void putStreams(
      Map<String, OnnxTensor> inputs,
      List<OnnxTensor> temporary,
      int[] streamOfSample,
      int[] counts) {
    if (inputNames.contains(StreamAxis.INDEX)) {
      for (int i = 0; i < streamOfSample.length; i++) {
        streamIndex.putLong(i * Long.BYTES, streamOfSample[i]);
      }
      OnnxTensor index = tensor(streamIndex, OnnxJavaType.INT64, streamOfSample.length);
      temporary.add(index);
      inputs.put(StreamAxis.INDEX, index);
    }
    if (inputNames.contains(StreamAxis.COUNT)) {
      for (int i = 0; i < counts.length; i++) {
        streamCount.putFloat(i * Float.BYTES, counts[i]);
      }
      OnnxTensor count = tensor(streamCount, OnnxJavaType.FLOAT, counts.length);
      temporary.add(count);
      inputs.put(StreamAxis.COUNT, count);
    }
  }

  /** One call for several streams: their states are copied together and apart. */
  private void runSideBySide(
      List<OrtAdaptationState> states,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs,
      List<OnnxTensor> temporary) {
    List<StateTensor> tensors = program.layout().tensors();
    List<ByteBuffer> joinedOutputs = new ArrayList<>();
    for (int t = 0; t < tensors.size(); t++) {
      StateTensor tensor = tensors.get(t);
      int bytes = Math.toIntExact(tensor.shape().size() * Float.BYTES);
      ByteBuffer joinedInput = DirectMemory.allocate((long) bytes * states.size());
      ByteBuffer joinedOutput = DirectMemory.allocate((long) bytes * states.size());
      for (int s = 0; s < states.size(); s++) {
        joinedInput.put(s * bytes, states.get(s).current().memory().get(t), 0, bytes);
      }
      long[] shape = OrtStatistics.withStreams(states.size(), tensor.shape());
      OnnxTensor before = tensor(joinedInput, OnnxJavaType.FLOAT, shape);
      OnnxTensor after = tensor(joinedOutput, OnnxJavaType.FLOAT, shape);
      temporary.add(before);
      temporary.add(after);
      inputs.put(tensor.input(), before);
      if (program.model().graph().output(tensor.output()) != null) {
        outputs.put(tensor.output(), after);
      } else {
        joinedOutput.put(0, joinedInput, 0, joinedInput.capacity());
      }
      joinedOutputs.add(joinedOutput);
    }
    runtime.runAdapted(inputs, outputs);
    for (int t = 0; t < tensors.size(); t++) {
      for (int s = 0; s < states.size(); s++) {
        ByteBuffer own = states.get(s).next().memory().get(t);
        own.put(0, joinedOutputs.get(t), s * own.capacity(), own.capacity());
      }
    }
  }

  /** Commits each stream whose step is sound; never lets a NaN into a state, it would stay. */
  private void settle(
      List<OrtAdaptationState> states, int[] streamOfSample, int[] counts, Outcome[] outcomes) {
    for (int s = 0; s < states.size(); s++) {
      if (counts[s] < minimalBatch) {
        outcomes[s] = TOO_SMALL;
      } else if (finiteLogits(s, streamOfSample) && finite.all(states.get(s).next().memory())) {
        outcomes[s] = ADAPTED;
        states.get(s).commit();
      } else {
        outcomes[s] = NON_FINITE;
      }
    }
  }

  /**
   * Steps the refused streams again, each alone: the sums over a batch take the samples of other
   * streams times zero, which is NaN where those are infinite. Only a stream that brought the
   * infinity itself stays refused.
   */
  private void retryOneByOne(
      List<OrtAdaptationState> states,
      int[] streamOfSample,
      OrtSampleBatch batch,
      Outcome[] outcomes) {
    try (OrtAdaptationSession alone = new OrtAdaptationSession(runtime)) {
      for (int s = 0; s < outcomes.length; s++) {
        if (outcomes[s] == NON_FINITE) {
          int[] own = positions(streamOfSample, s);
          StepResult result = alone.step(states.get(s), batch.select(own), false);
          outcomes[s] = result.outcome();
          for (int i = 0; i < own.length; i++) {
            logits.asFloatBuffer().put(own[i] * classes, result.logits(), i * classes, classes);
          }
        }
      }
    }
  }

  private static int[] positions(int[] streamOfSample, int stream) {
    return IntStream.range(0, streamOfSample.length)
        .filter(i -> streamOfSample[i] == stream)
        .toArray();
  }

  private boolean finiteLogits(int stream, int[] streamOfSample) {
    for (int i = 0; i < streamOfSample.length; i++) {
      if (streamOfSample[i] == stream) {
        for (int y = 0; y < classes; y++) {
          if (!Float.isFinite(logits.getFloat((i * classes + y) * Float.BYTES))) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private void runSource(OnnxTensor input, int samples) {
    try (OnnxTensor answers = tensor(sourceLogits, OnnxJavaType.FLOAT, samples, classes)) {
      runtime.runSource(
          Map.of(program.source().input(), input), Map.of(program.source().logits(), answers));
    }
  }

  private void answerFromSource(int[] streamOfSample, Outcome[] outcomes) {
    int bytes = classes * Float.BYTES;
    for (int i = 0; i < streamOfSample.length; i++) {
      if (FROM_SOURCE.contains(outcomes[streamOfSample[i]])) {
        logits.put(i * bytes, sourceLogits, i * bytes, bytes);
      }
    }
  }

  private static int[] counts(int streams, int[] streamOfSample, int samples) {
    if (samples == 0 || streamOfSample.length != samples) {
      throw new IllegalArgumentException(
          "A step takes at least one sample, and a stream index for each; found "
              + samples
              + " samples and "
              + streamOfSample.length
              + " indices");
    }
    int[] counts = new int[streams];
    for (int stream : streamOfSample) {
      counts[stream]++;
    }
    for (int s = 0; s < streams; s++) {
      if (counts[s] == 0) {
        throw new IllegalArgumentException("Stream " + s + " of the step has no sample");
      }
    }
    return counts;
  }

  private void reserve(int samples, int streams) {
    int bytes = samples * classes * Float.BYTES;
    if (logits.capacity() < bytes) {
      logits = DirectMemory.allocate(bytes);
      sourceLogits = DirectMemory.allocate(bytes);
      streamIndex = DirectMemory.allocate((long) samples * Long.BYTES);
    }
    if (streamCount.capacity() < streams * Float.BYTES) {
      streamCount = DirectMemory.allocate((long) streams * Float.BYTES);
    }
  }

  private OnnxTensor tensor(ByteBuffer memory, OnnxJavaType type, long... shape) {
    return DirectMemory.tensor(runtime.environment(), memory, type, shape);
  }

  private FloatBuffer floats(ByteBuffer memory, int samples) {
    return memory.asFloatBuffer().limit(samples * classes).asReadOnlyBuffer();
  }

  @Override
  public void close() {
    // Buffers belong to the garbage collector, native sessions to the runtime.
    network.close();
  }
}
