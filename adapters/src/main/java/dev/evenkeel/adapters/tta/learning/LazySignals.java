package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import dev.evenkeel.adapters.tta.selection.Signals;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** What selections may ask of a batch; passes run when they are asked for. */
final class LazySignals implements Signals {
  private static final String CLASS_PROBABILITIES = "filter.class-probabilities";

  private final Network network;
  private final StreamState state;
  private final SampleBatch samples;
  private final float[] parameters;
  private final int classes;
  private final OnlineSettings settings;
  private final float[] source;
  private final Probabilities adapted;
  private final CounterRandom random;
  private Probabilities original;
  private boolean companionMoved;

  LazySignals(
      Network network,
      StreamState state,
      SampleBatch samples,
      float[] parameters,
      LearningPass pass,
      int classes,
      OnlineSettings settings,
      float[] source) {
    this.network = network;
    this.state = state;
    this.samples = samples;
    this.parameters = parameters;
    this.classes = classes;
    this.settings = settings;
    this.source = source;
    adapted = Probabilities.of(pass.answers().logits(), samples.size(), classes);
    random = LearnedState.random(state.entries());
  }

  @Override
  public Probabilities adapted() {
    return adapted;
  }

  /** With the statistics of this pass; in parity with statistics of its own that it writes. */
  @Override
  public Probabilities original() {
    if (original == null) {
      boolean own = settings.auxiliaryWrites();
      Answers answers =
          network.predict(
              source,
              own ? state.companion() : state.statistics(),
              own ? state.companionNext() : network.scratch(),
              samples,
              samples.size());
      companionMoved = own;
      original = Probabilities.of(answers.logits(), samples.size(), classes);
    }
    return original;
  }

  /** Whether the companion's statistics were written. */
  boolean companionMoved() {
    return companionMoved;
  }

  @Override
  public Probabilities destroyed(boolean[] rows) {
    int count = 0;
    for (boolean row : rows) {
      count += row ? 1 : 0;
    }
    float[] logits = new float[rows.length * classes];
    if (count > 0) {
      float[] destroyed =
          settings
              .destroyer()
              .destroy(Rows.of(samples.values(), rows), count, state.steps(), random);
      float[] answers = predict(network.batch(destroyed, count));
      int next = 0;
      for (int i = 0; i < rows.length; i++) {
        if (rows[i]) {
          System.arraycopy(answers, next * classes, logits, i * classes, classes);
          next++;
        }
      }
    }
    return Probabilities.of(logits, rows.length, classes);
  }

  /** Reads the statistics as this batch has left them: so the papers' code does. */
  private float[] predict(SampleBatch batch) {
    boolean writes = settings.auxiliaryWrites();
    Answers answers =
        network.predict(
            parameters,
            state.next(),
            network.scratch(),
            batch,
            writes ? samples.size() : batch.size());
    if (writes) {
      state.next().copyFrom(network.scratch());
    }
    return answers.logits();
  }

  @Override
  public Optional<float[]> classProbabilities() {
    return state.entries().find(CLASS_PROBABILITIES).map(Tensor::toFloats);
  }

  /** The entry of class probabilities. */
  static Map<String, Tensor> entry(float[] values) {
    return Map.of(
        CLASS_PROBABILITIES,
        Tensor.ofFloats(Shape.of(values.length), Arrays.copyOf(values, values.length)));
  }

  /** The stream's random numbers, as far as they were used. */
  CounterRandom random() {
    return random;
  }
}
