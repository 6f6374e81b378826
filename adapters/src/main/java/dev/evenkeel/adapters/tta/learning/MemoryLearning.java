package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.memory.MemoryItem;
import dev.evenkeel.adapters.tta.memory.MemoryState;
import dev.evenkeel.adapters.tta.memory.ReservoirMemory;
import dev.evenkeel.adapters.tta.objective.Loss;
import dev.evenkeel.adapters.tta.objective.MemoryOptions;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import dev.evenkeel.adapters.tta.objective.SmoothedEntropy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Learns from a class-balanced memory (NOTE): every sample is predicted, remembered under its
 * predicted class, and after every so many samples the memory is learned from once. Predictions
 * write no statistics, learning passes do.
 */
public final class MemoryLearning implements StepAlgorithm {
  private final int classes;
  private final int capacity;
  private final int updateEvery;
  private final int minimal;
  private final Emission emission;
  private final UpdateRule rule;
  private final ResetRule resets;

  private MemoryLearning(AdaptationProgram program) {
    Recipe recipe = program.recipe();
    classes = program.source().classes();
    capacity = recipe.get(MemoryOptions.CAPACITY);
    updateEvery = recipe.get(MemoryOptions.UPDATE_EVERY);
    minimal = recipe.get(MemoryOptions.MINIMAL);
    emission = new Emission(program);
    rule = UpdateRule.of(program);
    resets = new ResetRule(program);
  }

  public static MemoryLearning of(AdaptationProgram program) {
    return new MemoryLearning(program);
  }

  @Override
  public Served served(StateDict state) {
    return Served.parameters(LearnedState.parameters(state, LearnedState.PARAMETERS));
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    float[] parameters = LearnedState.parameters(state.entries(), LearnedState.PARAMETERS);
    int size = samples.size();
    Answers answers =
        network.predict(parameters, state.statistics(), network.scratch(), samples, size);
    Probabilities batch = Probabilities.of(answers.logits(), size, classes);
    float[] values = samples.values();
    ReservoirMemory memory =
        new ReservoirMemory(MemoryState.fromEntries(state.entries(), classes), capacity);
    CounterRandom random = LearnedState.random(state.entries());
    Updating updating = new Updating(network, state);
    long seen = SampleCounter.of(state.entries());
    for (int i = 0; i < size; i++) {
      memory.add(Rows.of(values, size, i), batch.argMax(i), batch.entropy(i), random);
      seen++;
      if (state.learns() && seen % updateEvery == 0 && memory.items().size() >= minimal) {
        updating.update(memory.items());
      }
    }
    Map<String, Tensor> kept = new TreeMap<>(memory.state().toEntries());
    kept.putAll(LearnedState.random(state.entries(), random));
    kept.putAll(SampleCounter.entry(seen));
    Emission.Emitted emitted = emission.of(answers, updating.entries);
    updating.entries = emitted.state();
    return updating.finish(emitted, kept);
  }

  /** The updates of one step. */
  private final class Updating {
    private final Network network;
    private final StreamState state;
    private StateDict entries;
    private OptionalDouble loss = OptionalDouble.empty();
    private Learned learned = Learned.NOTHING;
    private boolean sound = true;

    Updating(Network network, StreamState state) {
      this.network = network;
      this.state = state;
      entries = state.entries();
    }

    void update(List<MemoryItem> memory) {
      int size = memory.size();
      Statistics from = learned.updates() == 0 ? state.statistics() : state.next();
      float[] parameters = LearnedState.parameters(entries, LearnedState.PARAMETERS);
      try (LearningPass pass =
          network.learn(
              parameters, from, network.scratch(), network.batch(Rows.samples(memory), size))) {
        Loss seed =
            new SmoothedEntropy()
                .of(
                    Probabilities.of(pass.answers().logits(), size, classes),
                    Rows.equalWeights(size));
        Optional<StateDict> moved = rule.apply(entries, pass.gradient(seed.toFloats()), size);
        sound &= moved.isPresent();
        entries = moved.orElse(entries);
        loss = OptionalDouble.of(seed.value());
      }
      state.next().copyFrom(network.scratch());
      learned = learned.plus(new Learned(size, size, 1));
    }

    Step finish(Emission.Emitted emitted, Map<String, Tensor> kept) {
      if (!sound) {
        return Step.nonFinite(emitted.logits(), state.entries());
      }
      boolean updated = learned.updates() > 0;
      StateDict after = entries.with(kept);
      Optional<String> reset = Optional.empty();
      if (updated) {
        ResetRule.Ruling ruling = resets.rule(after, loss);
        after = ruling.entries();
        reset = ruling.reset();
      }
      Outcome outcome =
          reset
              .<Outcome>map(Outcome.Reset::new)
              .orElse(updated ? StepOutcomes.ADAPTED : StepOutcomes.NOT_DUE);
      return new Step(emitted.logits(), emitted.belief(), after, updated, false, outcome, learned);
    }
  }
}
