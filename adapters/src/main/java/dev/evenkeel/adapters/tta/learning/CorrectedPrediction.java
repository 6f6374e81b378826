package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;

/** Predicts and corrects the answers; learns no parameters. */
final class CorrectedPrediction implements StepAlgorithm {
  private static final float[] NO_PARAMETERS = {};

  private final Emission emission;

  CorrectedPrediction(Emission emission) {
    this.emission = emission;
  }

  @Override
  public Served served(StateDict state) {
    return Served.STATISTICS;
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    Answers answers =
        network.predict(NO_PARAMETERS, state.statistics(), state.next(), samples, samples.size());
    Emission.Emitted emitted = emission.of(answers, state.entries());
    return new Step(
        emitted.logits(),
        emitted.belief(),
        emitted.state(),
        true,
        false,
        new Outcome.Adapted(),
        Learned.NOTHING);
  }
}
