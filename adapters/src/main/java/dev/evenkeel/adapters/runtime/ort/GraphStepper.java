package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.rewrite.StreamAxis;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.StateLayout.StateTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps that the graph alone computes: one call for all streams. With one stream, its state goes in
 * and out without a copy; with several, their states are laid side by side for the call and taken
 * apart again.
 */
final class GraphStepper implements Stepper {
  private final OrtRuntime runtime;
  private final AdaptationProgram program;
  private final int classes;
  private final int minimalBatch;
  private final FiniteCheck finite = new FiniteCheck();
  private ByteBuffer streamIndex = DirectMemory.allocate(0);
  private ByteBuffer streamCount = DirectMemory.allocate(0);

  GraphStepper(OrtRuntime runtime) {
    this.runtime = runtime;
    program = runtime.program();
    classes = program.source().classes();
    minimalBatch = program.recipe().minimalBatch();
  }

  @Override
  public Learned step(
      List<OrtAdaptationState> states,
      Membership membership,
      OrtSampleBatch batch,
      OnnxTensor input,
      ByteBuffer logits,
      Outcome[] outcomes) {
    if (membership.anyCountsAtLeast(minimalBatch)) {
      run(states, membership, input, logits);
      settle(states, membership, logits, outcomes);
      if (states.size() > 1) {
        retryRefused(states, membership, batch, logits, outcomes);
      }
    }
    return Learned.NOTHING;
  }

  private void run(
      List<OrtAdaptationState> states, Membership membership, OnnxTensor input, ByteBuffer logits) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxTensor> outputs = new HashMap<>();
    List<OnnxTensor> temporary = new ArrayList<>();
    try {
      inputs.put(program.source().input(), input);
      putStreams(inputs, temporary, membership);
      OnnxTensor answers = tensor(logits, OnnxJavaType.FLOAT, membership.samples(), classes);
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
  }

  private void putStreams(
      Map<String, OnnxTensor> inputs, List<OnnxTensor> temporary, Membership membership) {
    reserve(membership);
    Graph graph = program.model().graph();
    if (graph.input(StreamAxis.INDEX) != null) {
      for (int i = 0; i < membership.samples(); i++) {
        streamIndex.putLong(i * Long.BYTES, membership.streamOf(i));
      }
      OnnxTensor index = tensor(streamIndex, OnnxJavaType.INT64, membership.samples());
      temporary.add(index);
      inputs.put(StreamAxis.INDEX, index);
    }
    if (graph.input(StreamAxis.COUNT) != null) {
      for (int s = 0; s < membership.streams(); s++) {
        streamCount.putFloat(s * Float.BYTES, membership.count(s));
      }
      OnnxTensor count = tensor(streamCount, OnnxJavaType.FLOAT, membership.streams());
      temporary.add(count);
      inputs.put(StreamAxis.COUNT, count);
    }
  }

  private void reserve(Membership membership) {
    if (streamIndex.capacity() < membership.samples() * Long.BYTES) {
      streamIndex = DirectMemory.allocate((long) membership.samples() * Long.BYTES);
    }
    if (streamCount.capacity() < membership.streams() * Float.BYTES) {
      streamCount = DirectMemory.allocate((long) membership.streams() * Float.BYTES);
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
      List<OrtAdaptationState> states,
      Membership membership,
      ByteBuffer logits,
      Outcome[] outcomes) {
    for (int s = 0; s < states.size(); s++) {
      if (membership.count(s) < minimalBatch) {
        outcomes[s] = Outcomes.TOO_SMALL;
      } else if (finiteLogits(membership.positions(s), logits)
          && finite.all(states.get(s).next().memory())) {
        outcomes[s] = Outcomes.ADAPTED;
        states.get(s).commit();
      } else {
        outcomes[s] = Outcomes.NON_FINITE;
      }
    }
  }

  private boolean finiteLogits(int[] positions, ByteBuffer logits) {
    for (int position : positions) {
      for (int y = 0; y < classes; y++) {
        if (!Float.isFinite(logits.getFloat((position * classes + y) * Float.BYTES))) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Steps the refused streams again, each alone: the sums over a batch take the samples of other
   * streams times zero, which is NaN where those are infinite. Only a stream that brought the
   * infinity itself stays refused.
   */
  private void retryRefused(
      List<OrtAdaptationState> states,
      Membership membership,
      OrtSampleBatch batch,
      ByteBuffer logits,
      Outcome[] outcomes) {
    int rowBytes = classes * Float.BYTES;
    for (int s = 0; s < outcomes.length; s++) {
      if (outcomes[s] == Outcomes.NON_FINITE) {
        int[] own = membership.positions(s);
        ByteBuffer answers = DirectMemory.allocate((long) own.length * rowBytes);
        Outcome[] outcome = new Outcome[1];
        OrtSampleBatch selected = batch.select(own);
        try (OnnxTensor input = selected.tensor()) {
          Membership alone = new Membership(1, new int[own.length], own.length);
          step(List.of(states.get(s)), alone, selected, input, answers, outcome);
        }
        outcomes[s] = outcome[0];
        for (int i = 0; i < own.length; i++) {
          logits.put(own[i] * rowBytes, answers, i * rowBytes, rowBytes);
        }
      }
    }
  }

  private OnnxTensor tensor(ByteBuffer memory, OnnxJavaType type, long... shape) {
    return DirectMemory.tensor(runtime.environment(), memory, type, shape);
  }

  @Override
  public void close() {
    // Buffers belong to the garbage collector.
  }
}
