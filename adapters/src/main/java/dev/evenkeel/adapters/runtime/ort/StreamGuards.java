package dev.evenkeel.adapters.runtime.ort;

import dev.evenkeel.adapters.drift.ParameterMovement;
import dev.evenkeel.adapters.guard.BatchEvidence;
import dev.evenkeel.adapters.guard.GuardAction;
import dev.evenkeel.adapters.guard.GuardSettings;
import dev.evenkeel.adapters.guard.Response;
import dev.evenkeel.adapters.guard.StreamGuard;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.GuardOptions;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.learning.Belief;
import dev.evenkeel.adapters.tta.learning.LearnedState;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Lets the guards of a program look at each stream of a call, before its answers leave. What they
 * remember is part of the stream's state; what they decide is a function of it and of the batch.
 */
final class StreamGuards {
  /** Prefix of what guards remember. */
  static final String OWNER = "guard";

  private static final String MEMORY = OWNER + ".memory";
  private static final String GOOD = OWNER + ".good.";
  private static final double[] NOTHING = {};

  private final StreamGuard guard;
  private final StateDict initial;
  private final int classes;
  private final double temperature;
  private final Optional<ParameterMovement> movement;

  private StreamGuards(AdaptationProgram program) {
    classes = program.source().classes();
    GuardSettings settings = GuardOptions.of(program.recipe());
    guard = new StreamGuard(classes, settings);
    temperature = settings.temperature();
    initial = program.initialState();
    movement =
        program.learning().isPresent()
            ? Optional.of(
                new ParameterMovement(LearnedState.parameters(initial, LearnedState.PARAMETERS)))
            : Optional.empty();
  }

  /** The guards of a program; empty if it has none. */
  static Optional<StreamGuards> of(AdaptationProgram program) {
    return GuardOptions.areOn(program.recipe())
        ? Optional.of(new StreamGuards(program))
        : Optional.empty();
  }

  /** Says what a stream's guards want of the step before it. */
  void before(StreamTurn stream) {
    double[] memory = memory(stream.state);
    boolean judged = stream.steps() && !stream.isHeldStill();
    stream.guard(
        judged
            ? guard.wantsSource(memory, stream.heldBack().isPresent())
            : stream.steps() && guard.fallsBack(memory),
        judged && guard.freezes(memory),
        judged && guard.fallsBack(memory));
  }

  /** Takes in labels, which count with the stream's next batch. */
  void takeLabels(OrtAdaptationState state, int labelled, int adaptedRight, int sourceRight) {
    remember(state, guard.withLabels(memory(state), labelled, adaptedRight, sourceRight));
  }

  /**
   * Judges what was answered, does what is to be done to the states, and puts the source model's
   * answers in the place of the adapted ones where a guard says so.
   *
   * @param logits {@code [samples, classes]} to be emitted
   * @param source {@code [samples, classes]}, meaningful for the streams that wanted it
   */
  void after(
      Iterable<StreamTurn> streams, Membership membership, FloatBuffer logits, FloatBuffer source) {
    int index = 0;
    for (StreamTurn stream : streams) {
      int[] rows = membership.positions(index++);
      if (!stream.steps() || stream.answersFromSource()) {
        continue;
      }
      if (stream.wantsSource() && stream.wants(Signal.ADAPTED_LOGITS)) {
        stream.tellAdapted(copy(rows, logits));
      }
      if (stream.isHeldStill()) {
        stream.guarded(guard.fallsBack(memory(stream.state)), List.of());
      } else if (stream.wantsSource()) {
        judge(stream, rows, logits, source);
      } else {
        remember(stream.state, guard.unseen(memory(stream.state)));
      }
      if (stream.fellBack()) {
        for (int row : rows) {
          logits.put(row * classes, source, row * classes, classes);
        }
      }
    }
  }

  /** The rows of some samples, which a guard may write over. */
  private FloatBuffer copy(int[] rows, FloatBuffer logits) {
    FloatBuffer copied = FloatBuffer.allocate(rows.length * classes);
    for (int i = 0; i < rows.length; i++) {
      copied.put(i * classes, logits, rows[i] * classes, classes);
    }
    return copied;
  }

  private void judge(StreamTurn stream, int[] rows, FloatBuffer logits, FloatBuffer source) {
    OrtAdaptationState state = stream.state;
    BatchEvidence evidence =
        BatchEvidence.of(
            rows,
            logits,
            stream.belief().map(Belief::logits).orElse(null),
            stream.belief().filter(Belief::inAnswers).isPresent(),
            source,
            classes,
            temperature);
    StreamGuard.Verdict verdict = guard.judge(memory(state), evidence, distance(state));
    remember(state, verdict.memory());
    stream.guarded(verdict.fallsBack(), verdict.actions());
    if (verdict.restart().isPresent()) {
      restart(stream, verdict.restart().get());
    } else if (verdict.isGood()) {
      keep(state);
    }
  }

  private OptionalDouble distance(OrtAdaptationState state) {
    return movement
        .map(
            known ->
                OptionalDouble.of(
                    known.distance(
                        LearnedState.parameters(state.entries(), LearnedState.PARAMETERS))))
        .orElseGet(OptionalDouble::empty);
  }

  private void restart(StreamTurn stream, GuardAction action) {
    StateDict back = action.response() == Response.ROLL_BACK ? lastGood(stream.state) : initial;
    stream.state.restart(back, OWNER);
    stream.settle(new Outcome.Reset("guard-" + action.guard().label()), stream.result().learned());
  }

  /** The last copy that was kept, or the first state where there is none. */
  private StateDict lastGood(OrtAdaptationState state) {
    SortedMap<String, Tensor> good = new TreeMap<>();
    state
        .entries()
        .entries()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(GOOD)) {
                good.put(name.substring(GOOD.length()), tensor);
              }
            });
    return good.isEmpty() ? initial : new StateDict(good);
  }

  private static void keep(OrtAdaptationState state) {
    SortedMap<String, Tensor> copy = new TreeMap<>();
    state
        .toStateDict()
        .without(OWNER + ".")
        .entries()
        .forEach((name, tensor) -> copy.put(GOOD + name, tensor));
    state.put(copy);
  }

  private static double[] memory(OrtAdaptationState state) {
    return state.entry(MEMORY).map(Tensor::toDoubles).orElse(NOTHING);
  }

  private static void remember(OrtAdaptationState state, double[] memory) {
    state.put(Map.of(MEMORY, Tensor.ofDoubles(Shape.of(memory.length), memory)));
  }
}
