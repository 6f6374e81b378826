package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OrtEnvironment;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.learning.LearnedState;
import dev.evenkeel.adapters.tta.learning.Step;
import dev.evenkeel.adapters.tta.learning.StreamState;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A stream's state: statistics in two sets of native buffers, of which a step reads one and writes
 * the other, and everything else as immutable entries. Committing changes roles; a refused step
 * costs nothing.
 */
final class OrtAdaptationState implements AdaptationState {
  static final String STEPS = "counter.steps";

  private final AdaptationProgram program;
  private final Pair main;
  private final Optional<Pair> companion;
  private StateDict entries;
  private long steps;
  private long revision;

  /** Statistics before and after a step. */
  private static final class Pair implements AutoCloseable {
    private OrtStatistics current;
    private OrtStatistics next;

    Pair(OrtEnvironment environment, AdaptationProgram program) {
      current = new OrtStatistics(environment, program.layout());
      next = new OrtStatistics(environment, program.layout());
    }

    void flip() {
      OrtStatistics written = next;
      next = current;
      current = written;
    }

    @Override
    public void close() {
      current.close();
      next.close();
    }
  }

  OrtAdaptationState(OrtEnvironment environment, AdaptationProgram program, StateDict state) {
    this.program = program;
    main = new Pair(environment, program);
    companion =
        program.companion().isEmpty()
            ? Optional.empty()
            : Optional.of(new Pair(environment, program));
    try {
      load(state);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    steps = state.find(STEPS).map(counter -> counter.toLongs()[0]).orElse(0L);
  }

  private void load(StateDict state) {
    main.current.pack(state);
    companion.ifPresent(pair -> pair.current.pack(ofCompanion(state)));
    requireEntries(state);
    entries = LearnedState.withoutStatistics(state).without(STEPS);
  }

  private void requireEntries(StateDict state) {
    for (Map.Entry<String, Tensor> expected : program.initialState().entries().entrySet()) {
      Tensor found = state.get(expected.getKey());
      if (found.type() != expected.getValue().type()
          || !found.shape().equals(expected.getValue().shape())) {
        throw new IllegalArgumentException(
            "State entry '"
                + expected.getKey()
                + "' is "
                + found
                + ", the program expects "
                + expected.getValue()
                + "; was it saved with another model or recipe?");
      }
    }
  }

  /** The companion's statistics under the names of the main network's. */
  private StateDict ofCompanion(StateDict state) {
    SortedMap<String, Tensor> own = new TreeMap<>();
    for (String name : program.layout().entries().keySet()) {
      own.put(name, state.get(LearnedState.companionEntry(name, program.companion())));
    }
    return new StateDict(own);
  }

  @Override
  public Optional<Tensor> entry(String name) {
    return entries.find(name);
  }

  @Override
  public StateDict toStateDict() {
    SortedMap<String, Tensor> all = new TreeMap<>(entries.entries());
    all.putAll(main.current.unpack());
    companion.ifPresent(
        pair ->
            pair.current
                .unpack()
                .forEach(
                    (name, tensor) ->
                        all.put(LearnedState.companionEntry(name, program.companion()), tensor)));
    all.put(STEPS, Tensor.scalar(steps));
    return new StateDict(all);
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public long byteSize() {
    return 2 * main.current.byteSize()
        + companion.map(pair -> 2 * pair.current.byteSize()).orElse(0L)
        + entries.byteSize();
  }

  /** Everything but the statistics. */
  StateDict entries() {
    return entries;
  }

  OrtStatistics current() {
    return main.current;
  }

  OrtStatistics next() {
    return main.next;
  }

  /** Statistics of the companion after the step; those of the main network where there is none. */
  OrtStatistics companionNext() {
    return companion.orElse(main).next;
  }

  /**
   * The state as a step sees it.
   *
   * @param learns whether parameters may move
   */
  StreamState view(boolean learns) {
    Pair beside = companion.orElse(main);
    return new StreamState(
        entries, steps, main.current, main.next, beside.current, beside.next, learns);
  }

  /** Makes the statistics that the last step wrote the state. */
  void commit() {
    main.flip();
    count();
  }

  /** Makes what a step made the state. */
  void commit(Step step) {
    if (step.moved()) {
      main.flip();
    }
    if (step.companionMoved()) {
      companion.ifPresent(Pair::flip);
    }
    entries = step.entries();
    count();
  }

  private void count() {
    steps++;
    revision++;
  }

  /**
   * Goes back to the initial statistics, with the entries of a step that resets and those of
   * guards.
   */
  void restart(Step step) {
    restart(program.initialState(), StreamGuards.OWNER);
    entries = step.entries().with(owned(StreamGuards.OWNER));
    count();
  }

  /** Remembers entries that belong to no step. */
  void put(Map<String, Tensor> others) {
    entries = entries.with(others);
    revision++;
  }

  /** Goes back to an earlier state, keeping the entries of one owner as they are now. */
  void restart(StateDict earlier, String owner) {
    Map<String, Tensor> kept = owned(owner);
    load(earlier);
    entries = entries.with(kept);
    revision++;
  }

  private Map<String, Tensor> owned(String owner) {
    SortedMap<String, Tensor> owned = new TreeMap<>(entries.entries());
    owned.keySet().removeIf(name -> !name.startsWith(owner + "."));
    return owned;
  }

  @Override
  public void close() {
    main.close();
    companion.ifPresent(Pair::close);
  }
}
