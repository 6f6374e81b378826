package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.batch.OpenBatch;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.state.KeyedStateBackend;

/** The open batches: those touched last in memory, the others in Flink state. */
final class OpenBatches {
  private final Map<String, OpenBatch> held = new LinkedHashMap<>(16, 0.75f, true);
  private final BatchStore store;
  private final CurrentKey current;
  private final int most;

  /**
   * @param most batches held in memory, at least 1
   */
  OpenBatches(BatchStore store, CurrentKey current, int most) {
    this.store = store;
    this.current = current;
    this.most = most;
  }

  /** The open batch of a key, which must be the current one, and is so afterwards. */
  OpenBatch of(String key) throws Exception {
    OpenBatch batch = held.get(key);
    if (batch == null) {
      batch = store.read();
      if (held.size() >= most) {
        Iterator<Map.Entry<String, OpenBatch>> eldest = held.entrySet().iterator();
        write(eldest.next());
        eldest.remove();
        current.set(key);
      }
      held.put(key, batch);
    }
    return batch;
  }

  /** Whether samples wait under a key; it becomes the current one if that is not known here. */
  boolean isOpen(String key) throws Exception {
    OpenBatch batch = held.get(key);
    if (batch == null) {
      current.set(key);
      batch = store.read();
    }
    return !batch.isEmpty();
  }

  /** Writes what changed, and holds only what is open. */
  void write() throws Exception {
    for (Map.Entry<String, OpenBatch> entry : held.entrySet()) {
      write(entry);
    }
    held.values().removeIf(OpenBatch::isEmpty);
  }

  private void write(Map.Entry<String, OpenBatch> entry) throws Exception {
    if (entry.getValue().isChanged()) {
      current.set(entry.getKey());
      store.write(entry.getValue());
    }
  }

  /** All keys under which samples wait, in order. */
  List<String> openKeys(KeyedStateBackend<String> backend) throws Exception {
    write();
    return BatchStore.keys(backend);
  }
}
