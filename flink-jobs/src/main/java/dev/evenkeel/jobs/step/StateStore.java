package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.control.StreamControl;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes the adaptation state of the current key in Flink's keyed state. */
final class StateStore {
  private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);
  private static final ValueStateDescriptor<byte[]> ADAPTATION =
      new ValueStateDescriptor<>("adaptation", BytePrimitiveArraySerializer.INSTANCE);
  private static final ValueStateDescriptor<long[]> USAGE =
      new ValueStateDescriptor<>("usage", LongPrimitiveArraySerializer.INSTANCE);

  private static final ValueStateDescriptor<byte[]> CONTROL =
      new ValueStateDescriptor<>("control", BytePrimitiveArraySerializer.INSTANCE);

  private final ServedPrograms programs;
  private final CandidateStates candidates;
  private final boolean restartOthers;
  private final ValueState<byte[]> adaptation;
  private final ValueState<long[]> usage;
  private final ValueState<byte[]> control;
  private final Supplier<Turn.Mode> modeOfNew;
  private boolean toldOfOthers;

  /**
   * @param candidates states that a candidate has learned unseen
   * @param restartOthers whether state of another program is replaced instead of refused
   * @param modeOfNew what new streams do with their batches
   */
  StateStore(
      KeyedStateStore states,
      ServedPrograms programs,
      CandidateStates candidates,
      boolean restartOthers,
      Supplier<Turn.Mode> modeOfNew) {
    this.programs = programs;
    this.candidates = candidates;
    this.restartOthers = restartOthers;
    this.adaptation = states.getState(ADAPTATION);
    this.usage = states.getState(USAGE);
    this.control = states.getState(CONTROL);
    this.modeOfNew = modeOfNew;
  }

  /**
   * Refuses a checkpoint of another program at the start, by the first stream found in it. Where
   * commands have changed what serves, states of former programs belong there.
   *
   * @throws SuppressRestartsException if that is another program's, unless those are replaced
   */
  void check(KeyedStateBackend<String> backend, CurrentKey current) throws Exception {
    if (!programs.serving().isOwn()) {
      return;
    }
    Optional<String> first;
    try (Stream<String> keys = backend.getKeys(ADAPTATION.getName(), VoidNamespace.INSTANCE)) {
      first = keys.findFirst();
    }
    if (first.isPresent()) {
      current.set(first.get());
      requireOwn(StoredState.fromBytes(adaptation.value()));
    }
  }

  /** A stream, and whether it comes from another program. */
  record Read(LiveStream stream, boolean isMoved) {}

  /**
   * The stream of the current key as it was last written; a new one if it never was. It comes in
   * the program that is to serve it, with a new state where it had another's.
   */
  Read read(String key) throws Exception {
    byte[] bytes = adaptation.value();
    byte[] told = control.value();
    if (bytes == null && told == null) {
      StreamControl fresh = StreamControl.fresh(modeOfNew.get(), 0);
      Served served = programs.of(key, fresh, "");
      AdaptationState state = served.newState();
      return new Read(LiveStream.goingOn(served, state, usage(), fresh.at(state.steps())), false);
    }
    Optional<StoredState> stored = Optional.ofNullable(bytes).map(StoredState::fromBytes);
    // A stream that never adapted has no state; it was served by what the job file says.
    String fingerprint =
        stored.map(StoredState::fingerprint).orElseGet(() -> programs.ownFingerprint());
    StreamControl asked =
        told == null ? StreamControl.fresh(modeOfNew.get(), 0) : StreamControl.fromBytes(told);
    Served served = programs.of(key, asked, fingerprint);
    if (served.fingerprint().equals(fingerprint)) {
      AdaptationState state =
          stored
              .map(found -> served.session().restore(found.entries()))
              .orElseGet(served::newState);
      return new Read(
          LiveStream.goingOn(
              served, state, usage(), told == null ? asked.at(state.steps()) : asked),
          false);
    }
    return new Read(move(served, stored, asked), true);
  }

  private LiveStream move(Served served, Optional<StoredState> stored, StreamControl told)
      throws Exception {
    if (programs.serving().isOwn() && stored.isPresent()) {
      requireOwn(stored.get());
    }
    Optional<StateDict> learned = candidates.take(served.fingerprint());
    Optional<StateDict> goesOn =
        learned.isPresent() ? learned : stored.filter(served::takesOver).map(StoredState::entries);
    AdaptationState state = goesOn.map(served.session()::restore).orElseGet(served::newState);
    return LiveStream.moved(served, state, usage(), told);
  }

  /** Whether the stream was ever written. */
  boolean isKnown() throws Exception {
    return control.value() != null || adaptation.value() != null;
  }

  /**
   * What a stream that is new was told.
   *
   * @param state that it starts from
   */
  StreamControl newControl(AdaptationState state) {
    return StreamControl.fresh(modeOfNew.get(), state.steps());
  }

  Usage usage() throws Exception {
    long[] written = usage.value();
    return written == null ? Usage.NEVER : Usage.of(written);
  }

  /** Refuses a state of another program unless those are to be replaced. */
  private void requireOwn(StoredState stored) {
    String fingerprint = programs.ownFingerprint();
    if (stored.fingerprint().equals(fingerprint)) {
      return;
    }
    if (!restartOthers) {
      throw new SuppressRestartsException(
          new IllegalStateException(
              "The checkpoint holds state of program "
                  + stored.fingerprint()
                  + ", but this job runs program "
                  + fingerprint
                  + ": the model, the recipe or its settings changed. Run with the old ones, let"
                  + " every stream start anew with state.other-program: restart, or start without"
                  + " the checkpoint (run --fresh)"));
    }
    if (!toldOfOthers) {
      LOG.warn(
          "States of program {} are replaced, as state.other-program says: their streams start anew"
              + " on program {}",
          stored.fingerprint(),
          fingerprint);
      toldOfOthers = true;
    }
  }

  /** Writes what changed. */
  void write(LiveStream stream) throws Exception {
    if (stream.isStateChanged()) {
      Served served = stream.served();
      adaptation.update(
          new StoredState(served.fingerprint(), served.model(), stream.state().toStateDict())
              .toBytes());
    }
    if (stream.isUsageChanged()) {
      write(stream.usage());
    }
    if (stream.isControlChanged()) {
      control.update(stream.control().toBytes());
    }
    stream.written();
  }

  void write(Usage used) throws Exception {
    usage.update(used.toLongs());
  }

  /** Forgets the stream. */
  void clear() {
    adaptation.clear();
    usage.clear();
    control.clear();
    candidates.clear();
  }

  /** Keys of all streams that were written, in order. */
  static NavigableSet<String> keys(KeyedStateBackend<String> backend) {
    NavigableSet<String> all = new TreeSet<>();
    // Releases before this one wrote no control, and a stream that never adapted has no state.
    for (String name : List.of(ADAPTATION.getName(), CONTROL.getName())) {
      try (Stream<String> keys = backend.getKeys(name, VoidNamespace.INSTANCE)) {
        keys.forEach(all::add);
      }
    }
    return all;
  }
}
