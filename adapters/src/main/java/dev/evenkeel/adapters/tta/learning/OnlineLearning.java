package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.memory.StrongAugmentation;
import dev.evenkeel.adapters.tta.objective.Loss;
import dev.evenkeel.adapters.tta.objective.MeanEntropy;
import dev.evenkeel.adapters.tta.objective.Objective;
import dev.evenkeel.adapters.tta.objective.OnlineOptions;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import dev.evenkeel.adapters.tta.objective.SymmetricCrossEntropy;
import dev.evenkeel.adapters.tta.optimizer.SharpnessAware;
import dev.evenkeel.adapters.tta.selection.Selected;
import dev.evenkeel.adapters.tta.selection.SelectionMethod;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Learns from the batch at hand: predict, select, differentiate, step. The answers are those of the
 * parameters before the step.
 *
 * <p>Of all passes only the predicting one writes statistics, unless parity with the papers' code
 * is asked for. Where nothing is selected no optimiser steps.
 */
public final class OnlineLearning implements StepAlgorithm {
  private final int classes;
  private final OnlineSettings settings;
  private final List<ActiveSelection> selections;
  private final BatchLoss loss;
  private final Optional<StrongAugmentation> secondView;
  private final UpdateRule rule;
  private final ResetRule resets;
  private final Emission emission;

  private OnlineLearning(
      int classes,
      OnlineSettings settings,
      List<ActiveSelection> selections,
      BatchLoss loss,
      Optional<StrongAugmentation> secondView,
      UpdateRule rule,
      ResetRule resets,
      Emission emission) {
    this.classes = classes;
    this.settings = settings;
    this.selections = List.copyOf(selections);
    this.loss = loss;
    this.secondView = secondView;
    this.rule = rule;
    this.resets = resets;
    this.emission = emission;
  }

  /**
   * The algorithm of a program.
   *
   * @param objective what is minimised for each selected sample
   * @param consistency whether an augmented view is to agree
   * @throws dev.evenkeel.adapters.tta.RecipeException if settings do not fit the model
   */
  public static OnlineLearning of(
      AdaptationProgram program, Objective objective, boolean consistency) {
    Recipe recipe = program.recipe();
    int classes = program.source().classes();
    UpdateRule rule = UpdateRule.of(program);
    double meanEntropy = recipe.get(OnlineOptions.MEAN_ENTROPY_WEIGHT);
    BatchLoss loss =
        new BatchLoss(
            meanEntropy > 0 ? objective.plus(new MeanEntropy(meanEntropy)) : objective,
            recipe.get(OnlineOptions.DENOMINATOR).equals("selected"),
            FisherFiles.regularizer(program, rule.source()));
    return new OnlineLearning(
        classes,
        OnlineSettings.of(recipe, Destroyers.of(program)),
        recipe.selections().stream()
            .map(method -> new ActiveSelection(method, method.create(recipe)))
            .toList(),
        loss,
        consistency ? Optional.of(Augmentations.of(program.source())) : Optional.empty(),
        rule,
        new ResetRule(program),
        new Emission(program));
  }

  /** Name of the companion: in parity the original model keeps statistics of its own. */
  public static String companion(Recipe recipe) {
    boolean compares = recipe.selections().stream().anyMatch(SelectionMethod::readsOriginal);
    return compares && recipe.get(LearningOptions.AUXILIARY_WRITES) ? "original" : "";
  }

  @Override
  public Served served(StateDict state) {
    return Served.parameters(
        settings.served(LearnedState.parameters(state, LearnedState.PARAMETERS), rule.source()));
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    float[] parameters = LearnedState.parameters(state.entries(), LearnedState.PARAMETERS);
    if (!state.learns() || (state.steps() + 1) % settings.updateEvery() != 0) {
      Answers answers =
          network.predict(
              settings.served(parameters, rule.source()),
              state.statistics(),
              state.next(),
              samples,
              samples.size());
      Emission.Emitted emitted = emission.of(answers, state.entries());
      return new Step(
          emitted.logits(),
          emitted.belief(),
          emitted.state(),
          true,
          false,
          StepOutcomes.NOT_DUE,
          Learned.NOTHING);
    }
    try (LearningPass pass = network.learn(parameters, state.statistics(), state.next(), samples)) {
      return learn(network, state, samples, parameters, pass);
    }
  }

  private Step learn(
      Network network,
      StreamState state,
      SampleBatch samples,
      float[] parameters,
      LearningPass pass) {
    int size = samples.size();
    Emission.Emitted emitted =
        emission.of(answers(network, state, samples, parameters, pass), state.entries());
    if (!Rows.isFinite(pass.answers().logits())) {
      return Step.nonFinite(emitted.logits(), state.entries());
    }
    LazySignals signals =
        new LazySignals(
            network, state, samples, parameters, pass, classes, settings, rule.source());
    Selected selected = Selected.all(size);
    for (ActiveSelection active : selections) {
      selected = active.selection().select(signals, selected);
    }
    StateDict entries = remember(emitted.state(), signals, selected);
    if (selected.count() == 0) {
      Learned nothing = new Learned(size, 0, 0);
      return step(emitted, entries, signals, StepOutcomes.NOTHING_SELECTED, nothing);
    }
    Optional<Gradient> followed =
        gradient(network, state, samples, parameters, pass, signals, selected);
    if (followed.isEmpty()) {
      return Step.nonFinite(emitted.logits(), state.entries());
    }
    Gradient gradient = followed.get();
    Learned learned = new Learned(size, selected.count(), gradient.accepted == 0 ? 0 : 1);
    if (gradient.accepted == 0) {
      return step(emitted, entries, signals, StepOutcomes.NOTHING_SELECTED, learned);
    }
    Optional<StateDict> moved = rule.apply(entries, gradient.slope, gradient.accepted);
    if (moved.isEmpty()) {
      return Step.nonFinite(emitted.logits(), state.entries());
    }
    ResetRule.Ruling ruling = resets.rule(moved.get(), gradient.loss);
    Outcome outcome = ruling.reset().<Outcome>map(Outcome.Reset::new).orElse(StepOutcomes.ADAPTED);
    return step(emitted, ruling.entries(), signals, outcome, learned);
  }

  /** A step that is kept, with the random numbers where it left them. */
  private static Step step(
      Emission.Emitted emitted,
      StateDict entries,
      LazySignals signals,
      Outcome outcome,
      Learned learned) {
    return new Step(
        emitted.logits(),
        emitted.belief(),
        entries.with(LearnedState.random(entries, signals.random())),
        true,
        signals.companionMoved(),
        outcome,
        learned);
  }

  /** The answers to be emitted: those of the pass, unless an average with the source serves. */
  private Answers answers(
      Network network,
      StreamState state,
      SampleBatch samples,
      float[] parameters,
      LearningPass pass) {
    return settings.sourceShare() == 0
        ? pass.answers()
        : network.predict(
            settings.served(parameters, rule.source()),
            state.statistics(),
            network.scratch(),
            samples,
            samples.size());
  }

  /**
   * What the optimiser follows.
   *
   * @param accepted samples that the gradient comes from in the end
   * @param loss mean loss of those
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  private record Gradient(float[] slope, int accepted, OptionalDouble loss) {}

  /** What the optimiser follows; empty if something on the way is not finite. */
  private Optional<Gradient> gradient(
      Network network,
      StreamState state,
      SampleBatch samples,
      float[] parameters,
      LearningPass pass,
      LazySignals signals,
      Selected selected) {
    float[] slope =
        secondView.isPresent()
            ? withSecondView(network, state, samples, parameters, pass, signals, selected)
            : pass.gradient(loss.seed(signals.adapted(), selected));
    loss.addRegularizer(slope, parameters);
    if (!Rows.isFinite(slope)) {
      return Optional.empty();
    }
    if (settings.sharpness() == 0) {
      OptionalDouble value = OptionalDouble.of(loss.value(signals.adapted(), selected));
      return Optional.of(new Gradient(slope, selected.count(), value));
    }
    return uphill(network, state, samples, parameters, slope, selected);
  }

  /** The gradient at the parameters uphill; nothing is accepted where no sample is kept there. */
  private Optional<Gradient> uphill(
      Network network,
      StreamState state,
      SampleBatch samples,
      float[] parameters,
      float[] slope,
      Selected selected) {
    float[] uphill = SharpnessAware.climb(parameters, slope, settings.sharpness());
    try (LearningPass second =
        network.learn(uphill, state.statistics(), network.scratch(), samples)) {
      // A sample that is not finite is not kept: without this the batch would look unselected.
      if (!Rows.isFinite(second.answers().logits())) {
        return Optional.empty();
      }
      Probabilities there = Probabilities.of(second.answers().logits(), samples.size(), classes);
      Selected kept = selected;
      for (ActiveSelection active : selections) {
        kept = active.selectUphill(there, kept);
      }
      if (kept.count() == 0) {
        return Optional.of(new Gradient(slope, 0, OptionalDouble.empty()));
      }
      float[] steepest = second.gradient(loss.seed(there, kept));
      loss.addRegularizer(steepest, uphill);
      OptionalDouble value = OptionalDouble.of(loss.value(there, kept));
      return Optional.of(new Gradient(steepest, kept.count(), value));
    }
  }

  /** Adds the symmetric cross-entropy with an augmented view of the selected samples. */
  private float[] withSecondView(
      Network network,
      StreamState state,
      SampleBatch samples,
      float[] parameters,
      LearningPass pass,
      LazySignals signals,
      Selected selected) {
    int count = selected.count();
    float[] augmented =
        secondView
            .orElseThrow()
            .applyAll(Rows.of(samples.values(), selected.kept()), count, signals.random());
    double[] coefficients = loss.coefficients(selected);
    double[] keptCoefficients = Rows.of(coefficients, selected.kept());
    try (LearningPass view =
        network.learn(
            parameters, state.statistics(), network.scratch(), network.batch(augmented, count))) {
      Probabilities seen = Probabilities.of(view.answers().logits(), count, classes);
      Probabilities kept =
          Probabilities.of(Rows.of(pass.answers().logits(), selected.kept()), count, classes);
      Loss toView = new SymmetricCrossEntropy(seen).of(kept, keptCoefficients);
      Loss toSamples = new SymmetricCrossEntropy(kept).of(seen, keptCoefficients);
      float[] seed = loss.seed(signals.adapted(), selected);
      Rows.addTo(seed, toView.toFloats(), selected.kept());
      float[] slope = pass.gradient(seed);
      Rows.addTo(slope, view.gradient(toSamples.toFloats()));
      return slope;
    }
  }

  /** What selections remember of the batch. */
  private StateDict remember(StateDict entries, LazySignals signals, Selected selected) {
    Optional<float[]> average = signals.classProbabilities();
    for (ActiveSelection active : selections) {
      average = active.method().remember(average, signals.adapted(), selected);
    }
    return average.map(values -> entries.with(LazySignals.entry(values))).orElse(entries);
  }
}
