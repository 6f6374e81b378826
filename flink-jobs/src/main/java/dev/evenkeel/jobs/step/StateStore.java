package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationSession;
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

  private final AdaptationSession session;
  private final String fingerprint;
  private final Optional<StateDict> start;
  private final boolean restartOthers;
  private final ValueState<byte[]> adaptation;
  private final ValueState<long[]> usage;
  private final ValueState<byte[]> control;
  private final Supplier<Turn.Mode> modeOfNew;
  private boolean toldOfOthers;

  /**
   * @param start of new streams; empty for the program's own
   * @param restartOthers whether state of another program is replaced instead of refused
   * @param modeOfNew what new streams do with their batches
   */
  StateStore(
      KeyedStateStore states,
      AdaptationSession session,
      Optional<StateDict> start,
      boolean restartOthers,
      Supplier<Turn.Mode> modeOfNew) {
    this.session = session;
    this.fingerprint = session.program().fingerprint();
    this.start = start;
    this.restartOthers = restartOthers;
    this.adaptation = states.getState(ADAPTATION);
    this.usage = states.getState(USAGE);
    this.control = states.getState(CONTROL);
    this.modeOfNew = modeOfNew;
  }

  /**
   * Refuses a checkpoint of another program at the start, by the first stream found in it.
   *
   * @throws SuppressRestartsException if that is another program's, unless those are replaced
   */
  void check(KeyedStateBackend<String> backend, CurrentKey current) throws Exception {
    Optional<String> first;
    try (Stream<String> keys = backend.getKeys(ADAPTATION.getName(), VoidNamespace.INSTANCE)) {
      first = keys.findFirst();
    }
    if (first.isPresent()) {
      current.set(first.get());
      isOwn(StoredState.fromBytes(adaptation.value()));
    }
  }

  /** The stream as it was last written; a new one if it never was. */
  LiveStream read() throws Exception {
    byte[] bytes = adaptation.value();
    AdaptationState state = bytes == null ? newState() : restore(StoredState.fromBytes(bytes));
    byte[] told = control.value();
    return new LiveStream(
        state, usage(), told == null ? newControl(state) : StreamControl.fromBytes(told));
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

  /** The state that new streams start from. */
  AdaptationState newState() {
    return start.map(session::restore).orElseGet(session::initialState);
  }

  Usage usage() throws Exception {
    long[] written = usage.value();
    return written == null ? Usage.NEVER : Usage.of(written);
  }

  private AdaptationState restore(StoredState stored) {
    return isOwn(stored) ? session.restore(stored.entries()) : newState();
  }

  /** Whether this program made the state; refuses another's unless it is to be replaced. */
  private boolean isOwn(StoredState stored) {
    if (stored.fingerprint().equals(fingerprint)) {
      return true;
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
    return false;
  }

  /** Writes what changed. */
  void write(LiveStream stream) throws Exception {
    if (stream.isStateChanged()) {
      adaptation.update(new StoredState(fingerprint, stream.state().toStateDict()).toBytes());
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
