package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.correction.Correction;

/** Predicts and corrects the answers; learns no parameters. */
final class CorrectedPrediction implements StepAlgorithm {
  private static final float[] NO_PARAMETERS = {};

  private final int classes;
  private final Correction correction;

  CorrectedPrediction(int classes, Correction correction) {
    this.classes = classes;
    this.correction = correction;
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    Answers answers =
        network.predict(NO_PARAMETERS, state.statistics(), state.next(), samples, samples.size());
    float[] emitted =
        correction.correct(answers.logits(), answers.features(), samples.size(), classes);
    return new Step(emitted, state.entries(), true, false, new Outcome.Adapted(), Learned.NOTHING);
  }
}
