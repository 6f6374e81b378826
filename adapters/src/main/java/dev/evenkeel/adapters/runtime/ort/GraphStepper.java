package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.rewrite.StreamAxis;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private final List<String> assignments;
  private final FiniteCheck finite = new FiniteCheck();
  private final SideBySide sideBySide;
  private ByteBuffer streamIndex = DirectMemory.allocate(0);
  private ByteBuffer streamCount = DirectMemory.allocate(0);

  GraphStepper(OrtRuntime runtime) {
    this.runtime = runtime;
    program = runtime.program();
    classes = program.source().classes();
    assignments = program.assignments();
    minimalBatch = program.recipe().minimalBatch();
    sideBySide = new SideBySide(runtime);
  }

  @Override
  public void step(
      List<StreamTurn> streams,
      Membership membership,
      OrtSampleBatch batch,
      OnnxTensor input,
      ByteBuffer logits) {
    if (membership.anyCountsAtLeast(minimalBatch)) {
      run(streams, membership, input, logits);
      settle(streams, membership, logits);
      if (streams.size() > 1) {
        retryRefused(streams, membership, batch, logits);
      }
    }
  }

  private void run(
      List<StreamTurn> streams, Membership membership, OnnxTensor input, ByteBuffer logits) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxTensor> outputs = new HashMap<>();
    List<OnnxTensor> temporary = new ArrayList<>();
    try {
      inputs.put(program.source().input(), input);
      putStreams(inputs, temporary, membership);
      OnnxTensor answers = tensor(logits, OnnxJavaType.FLOAT, membership.samples(), classes);
      temporary.add(answers);
      outputs.put(program.source().logits(), answers);
      if (streams.size() == 1) {
        OrtAdaptationState state = streams.get(0).state;
        inputs.putAll(state.current().inputs());
        outputs.putAll(OrtNetwork.written(program.model(), state.current(), state.next()));
        run(streams, membership, inputs, outputs);
      } else {
        sideBySide.join(streams, inputs, outputs, temporary);
        run(streams, membership, inputs, outputs);
        sideBySide.part(streams);
      }
    } finally {
      temporary.forEach(OnnxTensor::close);
    }
  }

  private void run(
      List<StreamTurn> streams,
      Membership membership,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs) {
    if (assignments.isEmpty()
        || streams.stream().noneMatch(turn -> turn.wants(Signal.ASSIGNMENT_ENTROPY))) {
      runtime.runAdapted(inputs, outputs);
      return;
    }
    try (OrtSession.Result result = runtime.runAdapted(inputs, Set.copyOf(assignments), outputs)) {
      AssignmentEntropy entropy = new AssignmentEntropy(result, assignments, membership.samples());
      for (int s = 0; s < streams.size(); s++) {
        if (streams.get(s).wants(Signal.ASSIGNMENT_ENTROPY)) {
          streams.get(s).assigned(entropy.mean(membership.positions(s)));
        }
      }
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

  /**
   * Commits each stream whose step is sound, save the frozen; never lets a NaN into a state, it
   * would stay.
   */
  private void settle(List<StreamTurn> streams, Membership membership, ByteBuffer logits) {
    for (int s = 0; s < streams.size(); s++) {
      StreamTurn stream = streams.get(s);
      if (membership.count(s) < minimalBatch) {
        stream.settle(Outcomes.TOO_SMALL);
      } else if (finiteLogits(membership.positions(s), logits)
          && finite.all(stream.state.next().memory())) {
        if (stream.isFrozen()) {
          stream.settle(Outcomes.FROZEN);
        } else {
          stream.settle(Outcomes.ADAPTED);
          stream.state.commit();
        }
      } else {
        stream.settle(Outcomes.NON_FINITE);
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
      List<StreamTurn> streams, Membership membership, OrtSampleBatch batch, ByteBuffer logits) {
    int rowBytes = classes * Float.BYTES;
    for (int s = 0; s < streams.size(); s++) {
      if (streams.get(s).outcome() == Outcomes.NON_FINITE) {
        int[] own = membership.positions(s);
        ByteBuffer answers = DirectMemory.allocate((long) own.length * rowBytes);
        OrtSampleBatch selected = batch.select(own);
        try (OnnxTensor input = selected.tensor()) {
          Membership alone = new Membership(1, new int[own.length], own.length);
          step(List.of(streams.get(s)), alone, selected, input, answers);
        }
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
