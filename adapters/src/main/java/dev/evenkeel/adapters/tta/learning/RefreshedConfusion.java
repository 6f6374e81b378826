package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.correction.Refresh;

/**
 * Lets the adapted network answer source samples every so many steps, with its parameters and the
 * stream's statistics of that moment; the correction measures the answers. The stream itself is not
 * touched. A state that may not learn now is not measured. Batches are dealt out, so that samples
 * in the order of their classes come mixed.
 */
final class RefreshedConfusion implements StepAlgorithm {
  private static final int BATCH = 64;

  private final StepAlgorithm algorithm;
  private final Refresh refresh;
  private final boolean learns;
  private final int classes;

  RefreshedConfusion(StepAlgorithm algorithm, Refresh refresh, AdaptationProgram program) {
    this.algorithm = algorithm;
    this.refresh = refresh;
    learns = program.learning().isPresent();
    classes = program.source().classes();
  }

  @Override
  public String companion() {
    return algorithm.companion();
  }

  @Override
  public Served served(StateDict state) {
    return algorithm.served(state);
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    if (!state.learns() || state.steps() == 0 || state.steps() % refresh.every() != 0) {
      return algorithm.step(network, state, samples);
    }
    float[] logits = answers(network, state);
    if (!Rows.isFinite(logits)) {
      return algorithm.step(network, state, samples);
    }
    StreamState informed = state.with(state.entries().with(refresh.entries(logits)));
    return algorithm.step(network, informed, samples);
  }

  private float[] answers(Network network, StreamState state) {
    float[] parameters =
        learns ? LearnedState.parameters(state.entries(), LearnedState.PARAMETERS) : new float[0];
    int width = refresh.inputs().length / refresh.samples();
    int batches = Math.max(1, refresh.samples() / BATCH);
    float[] logits = new float[refresh.samples() * classes];
    for (int first = 0; first < batches; first++) {
      int count = (refresh.samples() - first + batches - 1) / batches;
      float[] dealt = new float[count * width];
      for (int i = 0; i < count; i++) {
        System.arraycopy(refresh.inputs(), (first + i * batches) * width, dealt, i * width, width);
      }
      float[] answers =
          network
              .predict(
                  parameters,
                  state.statistics(),
                  network.scratch(),
                  network.batch(dealt, count),
                  count)
              .logits();
      for (int i = 0; i < count; i++) {
        System.arraycopy(answers, i * classes, logits, (first + i * batches) * classes, classes);
      }
    }
    return logits;
  }
}
