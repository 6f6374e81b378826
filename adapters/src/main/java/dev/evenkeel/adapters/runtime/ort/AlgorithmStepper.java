package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
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
  private final FiniteCheck finite = new FiniteCheck();

  AlgorithmStepper(OrtRuntime runtime, StepAlgorithm algorithm) {
    this.algorithm = algorithm;
    network = new OrtNetwork(runtime);
    classes = runtime.program().source().classes();
    minimalBatch = runtime.program().recipe().minimalBatch();
  }

  @Override
  public Learned step(
      List<OrtAdaptationState> states,
      Membership membership,
      OrtSampleBatch batch,
      OnnxTensor input,
      ByteBuffer logits,
      Outcome[] outcomes) {
    Learned learned = Learned.NOTHING;
    FloatBuffer answers = logits.asFloatBuffer();
    for (int s = 0; s < states.size(); s++) {
      if (membership.count(s) >= minimalBatch) {
        int[] own = membership.positions(s);
        OrtSampleBatch samples = states.size() == 1 ? batch : batch.select(own);
        Step step = algorithm.step(network, states.get(s).view(), samples);
        outcomes[s] = settle(states.get(s), step);
        if (outcomes[s] != Outcomes.NON_FINITE) {
          learned = learned.plus(step.learned());
          for (int i = 0; i < own.length; i++) {
            answers.put(own[i] * classes, step.logits(), i * classes, classes);
          }
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
    if (!sound || step.outcome().equals(Outcomes.NON_FINITE)) {
      return Outcomes.NON_FINITE;
    }
    if (step.outcome() instanceof Outcome.Reset) {
      state.restart(step);
    } else {
      state.commit(step);
    }
    return step.outcome();
  }

  @Override
  public void close() {
    network.close();
  }
}
