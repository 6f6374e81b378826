package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationState;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.flink.runtime.state.KeyedStateBackend;

/** The streams in use: the states used last in native memory, the others in Flink state. */
final class LiveStreams implements AutoCloseable {
  private final Map<String, LiveStream> live = new LinkedHashMap<>(16, 0.75f, true);
  private final StateStore store;
  private final CurrentKey current;
  private final int most;
  private final Arrivals arrivals;
  private long bytes;

  /** Is told of streams that have come from another program. */
  interface Arrivals {
    void moved(String key, LiveStream stream);
  }

  /**
   * @param most streams in native memory, at least those of one call
   */
  LiveStreams(StateStore store, CurrentKey current, int most, Arrivals arrivals) {
    this.store = store;
    this.current = current;
    this.most = most;
    this.arrivals = arrivals;
  }

  /** The stream of a key; another key may be the current one afterwards. */
  LiveStream of(String key) throws Exception {
    LiveStream stream = live.get(key);
    if (stream == null) {
      if (live.size() >= most) {
        Iterator<Map.Entry<String, LiveStream>> eldest = live.entrySet().iterator();
        Map.Entry<String, LiveStream> entry = eldest.next();
        write(entry);
        eldest.remove();
        drop(entry.getValue());
      }
      current.set(key);
      StateStore.Read read = store.read(key);
      stream = read.stream();
      live.put(key, stream);
      bytes += stream.state().byteSize();
      if (read.isMoved()) {
        arrivals.moved(key, stream);
      }
    }
    return stream;
  }

  /** A step changed the size of a state. */
  void resized(long bytesBefore, long bytesAfter) {
    bytes += bytesAfter - bytesBefore;
  }

  /** Starts a stream anew, as if it had never been. */
  void restart(LiveStream stream) {
    replace(stream, stream.served().newState());
    stream.told(store.newControl(stream.state()));
  }

  /** Reads a stream again, as its program may be another one now. */
  LiveStream reload(String key) throws Exception {
    takeOut(key, live.remove(key));
    return of(key);
  }

  /** Takes the states of a program out of it. */
  void drain(Served served) throws Exception {
    Iterator<Map.Entry<String, LiveStream>> each = live.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, LiveStream> entry = each.next();
      if (entry.getValue().served() == served) {
        each.remove();
        takeOut(entry.getKey(), entry.getValue());
      }
    }
  }

  private void takeOut(String key, LiveStream stream) throws Exception {
    write(Map.entry(key, stream));
    drop(stream);
  }

  /** Gives a stream another state. */
  void replace(LiveStream stream, AdaptationState other) {
    bytes -= stream.state().byteSize();
    stream.restart(other);
    bytes += other.byteSize();
  }

  /** Whether a stream was ever answered; another key may be the current one afterwards. */
  boolean knows(String key) throws Exception {
    if (live.containsKey(key)) {
      return true;
    }
    current.set(key);
    return store.isKnown();
  }

  /** All streams that were ever answered, in order. */
  NavigableSet<String> keys(KeyedStateBackend<String> backend) {
    NavigableSet<String> keys = new TreeSet<>(StateStore.keys(backend));
    keys.addAll(live.keySet());
    return keys;
  }

  /** When a stream was used, whether it is in memory or not. */
  Usage usage(String key) throws Exception {
    LiveStream stream = live.get(key);
    if (stream != null) {
      return stream.usage();
    }
    current.set(key);
    return store.usage();
  }

  /** Notes when a stream was used, or is to be looked at, whether it is in memory or not. */
  void used(String key, Usage usage) throws Exception {
    LiveStream stream = live.get(key);
    if (stream != null) {
      stream.used(usage);
    } else {
      current.set(key);
      store.write(usage);
    }
  }

  /** Forgets a stream. */
  void forget(String key) {
    LiveStream stream = live.remove(key);
    if (stream != null) {
      drop(stream);
    }
    current.set(key);
    store.clear();
  }

  /** Writes what changed. */
  void write() throws Exception {
    for (Map.Entry<String, LiveStream> entry : live.entrySet()) {
      write(entry);
    }
  }

  private void write(Map.Entry<String, LiveStream> entry) throws Exception {
    LiveStream stream = entry.getValue();
    if (stream.isStateChanged() || stream.isUsageChanged() || stream.isControlChanged()) {
      current.set(entry.getKey());
      store.write(stream);
    }
  }

  private void drop(LiveStream stream) {
    bytes -= stream.state().byteSize();
    stream.state().close();
  }

  int size() {
    return live.size();
  }

  /** Native memory of the states. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    live.values().forEach(stream -> stream.state().close());
    live.clear();
    bytes = 0;
  }
}
