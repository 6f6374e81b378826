package dev.evenkeel.adapters.runtime.ort;

import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.StreamStep;
import dev.evenkeel.adapters.tta.Turn;
import java.util.Optional;
import java.util.Set;

/** A stream's turn in a call while the call is under way: what it asks for, and what came of it. */
final class StreamTurn {
  final OrtAdaptationState state;
  final Optional<String> heldBack;
  private final Turn.Mode mode;
  private final boolean shadow;
  private final Set<Signal> signals;
  private Outcome outcome;
  private Learned learned = Learned.NOTHING;
  private double assignmentEntropy = Double.NaN;

  /**
   * @param outcome if nothing else happens
   */
  StreamTurn(Turn turn, Outcome outcome) {
    this.state = (OrtAdaptationState) turn.state();
    this.heldBack = turn.heldBack();
    this.mode = turn.mode();
    this.shadow = turn.shadow();
    this.signals = turn.signals();
    this.outcome = outcome;
  }

  /** Whether the adapted model answers. */
  boolean steps() {
    return mode != Turn.Mode.SOURCE;
  }

  /** Whether nothing of the step may be kept. */
  boolean isFrozen() {
    return mode == Turn.Mode.FROZEN;
  }

  /** Whether parameters may move. */
  boolean learns() {
    return heldBack.isEmpty() && !isFrozen();
  }

  Outcome outcome() {
    return outcome;
  }

  void settle(Outcome settled) {
    outcome = settled;
  }

  void settle(Outcome settled, Learned from) {
    outcome = settled;
    learned = from;
  }

  /** Whether what is emitted are the source model's answers. */
  boolean answersFromSource() {
    return Outcomes.FROM_SOURCE.contains(outcome);
  }

  /** Whether the source model has to answer. */
  boolean wantsSource() {
    return shadow || answersFromSource();
  }

  /** Tells how undecided the assignment to components was in the step. */
  void assigned(double entropy) {
    assignmentEntropy = entropy;
  }

  boolean wants(Signal signal) {
    return signals.contains(signal);
  }

  StreamStep result() {
    return new StreamStep(outcome, learned, wantsSource(), assignmentEntropy);
  }
}
