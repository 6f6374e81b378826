package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.learning.Step;
import dev.evenkeel.adapters.tta.learning.StepAlgorithm;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/** Steps of a recipe that selects, learns or corrects: one stream after the other. */
final class AlgorithmStepper implements Stepper {
  private final StepAlgorithm algorithm;
  private final OrtNetwork network;
  private final int classes;
  private final int minimalBatch;
  private final boolean learns;
  private final FiniteCheck finite = new FiniteCheck();

  AlgorithmStepper(OrtRuntime runtime, StepAlgorithm algorithm) {
    this.algorithm = algorithm;
    network = new OrtNetwork(runtime);
    classes = runtime.program().source().classes();
    minimalBatch = runtime.program().recipe().minimalBatch();
    learns = runtime.program().learning().isPresent();
  }

  @Override
  public void step(
      List<StreamTurn> streams,
      Membership membership,
      OrtSampleBatch batch,
      OnnxTensor input,
      ByteBuffer logits) {
    FloatBuffer answers = logits.asFloatBuffer();
    for (int s = 0; s < streams.size(); s++) {
      if (membership.count(s) >= minimalBatch) {
        StreamTurn stream = streams.get(s);
        int[] own = membership.positions(s);
        OrtSampleBatch samples = streams.size() == 1 ? batch : batch.select(own);
        if (stream.wants(Signal.ASSIGNMENT_ENTROPY)) {
          network.listen(samples);
        }
        Step step = algorithm.step(network, stream.state.view(stream.learns()), samples);
        stream.assigned(network.heard());
        settle(stream, step);
        stream.believe(step.belief());
        if (stream.outcome() != Outcomes.NON_FINITE) {
          for (int i = 0; i < own.length; i++) {
            answers.put(own[i] * classes, step.logits(), i * classes, classes);
          }
        }
      }
    }
  }

  private void settle(StreamTurn stream, Step step) {
    OrtAdaptationState state = stream.state;
    boolean sound =
        finite.all(step.logits())
            && (!step.moved() || finite.all(state.next().memory()))
            && (!step.companionMoved() || finite.all(state.companionNext().memory()));
    if (!sound || step.outcome().equals(Outcomes.NON_FINITE)) {
      stream.settle(Outcomes.NON_FINITE);
      return;
    }
    if (stream.isFrozen()) {
      stream.settle(Outcomes.FROZEN);
      return;
    }
    if (step.outcome() instanceof Outcome.Reset) {
      state.restart(step);
    } else {
      state.commit(step);
    }
    boolean held =
        learns && stream.heldBack().isPresent() && step.outcome() instanceof Outcome.Skipped;
    stream.settle(
        held ? new Outcome.Skipped(stream.heldBack().get()) : step.outcome(), step.learned());
  }

  @Override
  public void close() {
    network.close();
  }
}
