package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/**
 * What a candidate has learned of each stream while its answers are not published, beside the
 * streams' own states. A stream that the candidate then serves goes on with it.
 */
final class CandidateStates implements AutoCloseable {
  private static final ValueStateDescriptor<byte[]> CANDIDATE =
      new ValueStateDescriptor<>("candidate", BytePrimitiveArraySerializer.INSTANCE);

  private final Map<String, AdaptationState> live = new LinkedHashMap<>(16, 0.75f, true);
  private final ValueState<byte[]> stored;
  private final CurrentKey current;
  private final int most;
  private Served program;

  /**
   * @param most states in native memory, at least those of one call
   */
  CandidateStates(KeyedStateStore states, CurrentKey current, int most) {
    stored = states.getState(CANDIDATE);
    this.current = current;
    this.most = most;
  }

  /** The state of a key in the candidate; another key may be the current one afterwards. */
  AdaptationState of(Served candidate, String key) throws Exception {
    if (candidate != program) {
      write();
      close();
      program = candidate;
    }
    AdaptationState state = live.get(key);
    if (state == null) {
      if (live.size() >= most) {
        Iterator<Map.Entry<String, AdaptationState>> eldest = live.entrySet().iterator();
        Map.Entry<String, AdaptationState> entry = eldest.next();
        write(entry.getKey(), entry.getValue());
        eldest.remove();
        entry.getValue().close();
      }
      state = read(key);
      live.put(key, state);
    }
    return state;
  }

  private AdaptationState read(String key) throws Exception {
    current.set(key);
    return Optional.ofNullable(stored.value())
        .map(StoredState::fromBytes)
        .filter(found -> found.fingerprint().equals(program.fingerprint()))
        .map(found -> program.session().restore(found.entries()))
        .orElseGet(program::newState);
  }

  /**
   * Hands over what was learned for the current key.
   *
   * @param fingerprint of the program that is to go on with it
   */
  Optional<StateDict> take(String fingerprint) throws Exception {
    byte[] bytes = stored.value();
    stored.clear();
    return Optional.ofNullable(bytes)
        .map(StoredState::fromBytes)
        .filter(found -> found.fingerprint().equals(fingerprint))
        .map(StoredState::entries);
  }

  /** Forgets that of the current key. */
  void clear() {
    stored.clear();
  }

  /** Forgets a stream. */
  void forget(String key) {
    AdaptationState state = live.remove(key);
    if (state != null) {
      state.close();
    }
  }

  /** Takes the states out of the candidate, before it serves or is closed. */
  void drain() throws Exception {
    write();
    close();
  }

  /** Forgets what was learned for candidates that are gone. */
  void sweep(KeyedStateBackend<String> backend) {
    List<String> keys;
    try (Stream<String> all = backend.getKeys(CANDIDATE.getName(), VoidNamespace.INSTANCE)) {
      keys = all.toList();
    }
    for (String key : keys) {
      current.set(key);
      stored.clear();
    }
  }

  /** Writes what may have changed. */
  void write() throws Exception {
    for (Map.Entry<String, AdaptationState> entry : live.entrySet()) {
      write(entry.getKey(), entry.getValue());
    }
  }

  private void write(String key, AdaptationState state) throws Exception {
    current.set(key);
    stored.update(
        new StoredState(program.fingerprint(), program.model(), state.toStateDict()).toBytes());
  }

  @Override
  public void close() {
    live.values().forEach(AdaptationState::close);
    live.clear();
    program = null;
  }
}
