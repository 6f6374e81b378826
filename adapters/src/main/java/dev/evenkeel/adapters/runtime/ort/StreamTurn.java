package dev.evenkeel.adapters.runtime.ort;

import dev.evenkeel.adapters.guard.GuardAction;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.StreamStep;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.adapters.tta.learning.Belief;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A stream's turn in a call while the call is under way: what it asks for, and what came of it. */
final class StreamTurn {
  private static final Optional<String> BY_GUARD = Optional.of("fallen-back");

  final OrtAdaptationState state;
  private final Optional<String> heldBack;
  private final Turn.Mode mode;
  private final boolean shadow;
  private final Set<Signal> signals;
  private Outcome outcome;
  private Learned learned = Learned.NOTHING;
  private double assignmentEntropy = Double.NaN;
  private Optional<Belief> belief = Optional.empty();
  private boolean sourceWanted;
  private boolean frozenByGuard;
  private boolean heldByGuard;
  private boolean fellBack;
  private List<GuardAction> guardActions = List.of();
  private FloatBuffer adaptedLogits;

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
    return isHeldStill() || frozenByGuard;
  }

  /** Whether the turn itself says so; then guards do not change the state either. */
  boolean isHeldStill() {
    return mode == Turn.Mode.FROZEN;
  }

  /** What the stream's guards want before its batch is answered. */
  void guard(boolean source, boolean frozen, boolean held) {
    sourceWanted = source;
    frozenByGuard = frozen;
    heldByGuard = held;
  }

  /** What the stream's guards made of its batch. */
  void guarded(boolean fallsBack, List<GuardAction> actions) {
    fellBack = fallsBack;
    guardActions = actions;
  }

  /** What the adapted model answered, before a guard put other answers in their place. */
  void tellAdapted(FloatBuffer logits) {
    adaptedLogits = logits;
  }

  /** Whether a guard lets the source model's answers leave. */
  boolean fellBack() {
    return fellBack;
  }

  /** What the network says of the stream's samples before a correction, where that matters. */
  Optional<Belief> belief() {
    return belief;
  }

  void believe(Optional<Belief> before) {
    belief = before;
  }

  /** Whether parameters may move. */
  boolean learns() {
    return heldBack().isEmpty() && !isFrozen();
  }

  /**
   * Why no parameter may be learned; what answers worse than the source is not to be learned from.
   */
  Optional<String> heldBack() {
    return heldByGuard ? BY_GUARD : heldBack;
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
    return shadow || sourceWanted || answersFromSource();
  }

  /** Tells how undecided the assignment to components was in the step. */
  void assigned(double entropy) {
    assignmentEntropy = entropy;
  }

  boolean wants(Signal signal) {
    return signals.contains(signal);
  }

  StreamStep result() {
    return new StreamStep(
        outcome, learned, wantsSource(), assignmentEntropy, fellBack, guardActions, adaptedLogits);
  }
}
