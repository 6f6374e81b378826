package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.memory.CategoryMemory;
import dev.evenkeel.adapters.tta.memory.MemoryItem;
import dev.evenkeel.adapters.tta.memory.MemoryState;
import dev.evenkeel.adapters.tta.memory.StrongAugmentation;
import dev.evenkeel.adapters.tta.objective.Loss;
import dev.evenkeel.adapters.tta.objective.MemoryOptions;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import dev.evenkeel.adapters.tta.objective.TeacherCrossEntropy;
import dev.evenkeel.adapters.tta.reset.ServedAverage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A student learns from a teacher (RoTTA): the teacher answers and says what is remembered; after
 * every so many samples the student, on augmented remembered samples, steps towards the teacher's
 * answers, and the teacher's parameters follow the student's slowly. Each has statistics of its
 * own, which only learning passes move.
 */
public final class TeacherLearning implements StepAlgorithm {
  /** Name of the teacher in the state; the student's entries have no name in them. */
  public static final String TEACHER = "teacher";

  private static final Option<Double> RATE =
      Option.number(
          "teacher.rate",
          0.001,
          0,
          1,
          "[0, 1]",
          "Share of the student in the teacher's parameters at each update.");
  private static final Option<Double> TIMELINESS =
      Option.number(
          "memory.timeliness",
          1,
          0,
          1e6,
          "at least 0",
          "Weight of a remembered sample's age when one has to go.");
  private static final Option<Double> UNCERTAINTY =
      Option.number(
          "memory.uncertainty",
          1,
          0,
          1e6,
          "at least 0",
          "Weight of a remembered sample's entropy when one has to go.");

  /** Settings beside those of the memory. */
  public static final List<Option<?>> OPTIONS = List.of(TIMELINESS, UNCERTAINTY, RATE);

  private static final String TEACHER_PARAMETERS = LearnedState.PARAMETERS + "." + TEACHER;

  private final int classes;
  private final int capacity;
  private final int updateEvery;
  private final int minimal;
  private final double rate;
  private final double timeliness;
  private final double uncertainty;
  private final StrongAugmentation augmentation;
  private final Emission emission;
  private final UpdateRule rule;
  private final ResetRule resets;

  private TeacherLearning(AdaptationProgram program) {
    Recipe recipe = program.recipe();
    classes = program.source().classes();
    capacity = recipe.get(MemoryOptions.CAPACITY);
    updateEvery = recipe.get(MemoryOptions.UPDATE_EVERY);
    minimal = recipe.get(MemoryOptions.MINIMAL);
    rate = recipe.get(RATE);
    timeliness = recipe.get(TIMELINESS);
    uncertainty = recipe.get(UNCERTAINTY);
    augmentation = Augmentations.of(program.source());
    emission = new Emission(program);
    rule = UpdateRule.of(program);
    resets = new ResetRule(program);
  }

  public static TeacherLearning of(AdaptationProgram program) {
    return new TeacherLearning(program);
  }

  @Override
  public String companion() {
    return TEACHER;
  }

  @Override
  public Served served(StateDict state) {
    return new Served(Optional.of(LearnedState.parameters(state, TEACHER_PARAMETERS)), TEACHER);
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    int size = samples.size();
    Answers answers =
        network.predict(
            LearnedState.parameters(state.entries(), TEACHER_PARAMETERS),
            state.companion(),
            network.scratch(),
            samples,
            size);
    Probabilities batch = Probabilities.of(answers.logits(), size, classes);
    float[] values = samples.values();
    CategoryMemory memory =
        new CategoryMemory(
            MemoryState.fromEntries(state.entries(), classes), capacity, timeliness, uncertainty);
    Updating updating = new Updating(network, state);
    long seen = SampleCounter.of(state.entries());
    for (int i = 0; i < size; i++) {
      if (Double.isFinite(batch.entropy(i))) {
        memory.add(Rows.of(values, size, i), batch.argMax(i), batch.entropy(i), updating.random);
      }
      seen++;
      if (state.learns() && seen % updateEvery == 0 && memory.items().size() >= minimal) {
        updating.update(memory.items());
      }
    }
    Map<String, Tensor> kept = new TreeMap<>(memory.state().toEntries());
    kept.putAll(SampleCounter.entry(seen));
    Emission.Emitted emitted = emission.of(answers, updating.entries);
    updating.entries = emitted.state();
    return updating.finish(emitted, kept);
  }

  /** The updates of one step. */
  private final class Updating {
    private final Network network;
    private final StreamState state;
    private final CounterRandom random;
    private StateDict entries;
    private OptionalDouble loss = OptionalDouble.empty();
    private Learned learned = Learned.NOTHING;
    private boolean sound = true;

    Updating(Network network, StreamState state) {
      this.network = network;
      this.state = state;
      entries = state.entries();
      random = LearnedState.random(entries);
    }

    void update(List<MemoryItem> memory) {
      int size = memory.size();
      float[] samples = Rows.samples(memory);
      boolean first = learned.updates() == 0;
      float[] teacher = LearnedState.parameters(entries, TEACHER_PARAMETERS);
      Probabilities taught;
      try (LearningPass pass =
          network.learn(
              teacher,
              first ? state.companion() : state.companionNext(),
              network.scratch(),
              network.batch(samples, size))) {
        taught = Probabilities.of(pass.answers().logits(), size, classes);
      }
      state.companionNext().copyFrom(network.scratch());
      float[] augmented = augmentation.applyAll(samples, size, random);
      float[] student = LearnedState.parameters(entries, LearnedState.PARAMETERS);
      try (LearningPass pass =
          network.learn(
              student,
              first ? state.statistics() : state.next(),
              network.scratch(),
              network.batch(augmented, size))) {
        Loss seed =
            new TeacherCrossEntropy(taught)
                .of(Probabilities.of(pass.answers().logits(), size, classes), timeWeights(memory));
        Optional<StateDict> moved = rule.apply(entries, pass.gradient(seed.toFloats()), size);
        sound &= moved.isPresent();
        entries = moved.orElse(entries);
        loss = OptionalDouble.of(seed.value());
      }
      state.next().copyFrom(network.scratch());
      follow(teacher);
      learned = learned.plus(new Learned(size, size, 1));
    }

    private void follow(float[] teacher) {
      float[] student = LearnedState.parameters(entries, LearnedState.PARAMETERS);
      float[] followed = new ServedAverage(rate).apply(teacher, student);
      entries = entries.with(LearnedState.parameters(TEACHER_PARAMETERS, followed));
    }

    /** {@code exp(-a) / (1 + exp(-a))} over the number of samples, a = age over capacity. */
    private double[] timeWeights(List<MemoryItem> memory) {
      double[] weights = new double[memory.size()];
      for (int i = 0; i < weights.length; i++) {
        double decay = Math.exp(-(double) memory.get(i).age() / capacity);
        weights[i] = decay / (1 + decay) / weights.length;
      }
      return weights;
    }

    Step finish(Emission.Emitted emitted, Map<String, Tensor> kept) {
      if (!sound) {
        return Step.nonFinite(emitted.logits(), state.entries());
      }
      boolean updated = learned.updates() > 0;
      kept.putAll(LearnedState.random(state.entries(), random));
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
      return new Step(
          emitted.logits(), emitted.belief(), after, updated, updated, outcome, learned);
    }
  }
}
