package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateMovement;
import dev.evenkeel.jobs.snapshots.SnapshotDraft;
import dev.evenkeel.jobs.snapshots.SnapshotOptions;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;

/**
 * Decides before each checkpoint barrier whose states are handed on as snapshots: of the streams
 * that have stepped since their last one, those whose interval is over, the longest overdue first,
 * and of these the ones that have moved. What is handed on before a barrier is the state of that
 * checkpoint.
 *
 * <p>The work at a barrier is bounded: so many snapshots, and a few times as many streams looked
 * at. Nothing here changes an answer or a state.
 */
final class SnapshotSchedule {
  private static final ValueStateDescriptor<byte[]> NOTE =
      new ValueStateDescriptor<>("snapshot-note", BytePrimitiveArraySerializer.INSTANCE);

  /** Streams looked at for each snapshot that may be taken. */
  private static final int LOOKS = 4;

  private final SnapshotOptions options;
  private final CurrentKey current;
  private final ValueState<byte[]> notes;
  private final Map<String, Waiting> waiting = new HashMap<>();

  /** A stream that has stepped since its last snapshot. */
  private static final class Waiting {
    final String key;
    final SnapshotFigures figures = new SnapshotFigures();
    long due;

    Waiting(String key, long due) {
      this.key = key;
      this.due = due;
    }
  }

  SnapshotSchedule(SnapshotOptions options, KeyedStateStore states, CurrentKey current) {
    this.options = options;
    this.current = current;
    notes = states.getState(NOTE);
  }

  /** A stream was answered; another key may be the current one afterwards. */
  void stepped(String key, StreamRows rows, long now) throws Exception {
    Waiting stream = waiting.get(key);
    if (stream == null) {
      long last = note(key).map(SnapshotNote::takenAt).orElse(now);
      stream = new Waiting(key, last + options.intervalMillis());
      waiting.put(key, stream);
    }
    stream.figures.add(rows);
  }

  /** A stream is forgotten, or starts anew: what comes does not descend from what was. */
  void forget(String key) {
    waiting.remove(key);
    current.set(key);
    notes.clear();
  }

  /**
   * Hands on what is due; another key may be the current one afterwards.
   *
   * @param now milliseconds
   */
  void beforeBarrier(long checkpoint, long now, LiveStreams streams, Consumer<SnapshotDraft> out)
      throws Exception {
    List<Waiting> due =
        waiting.values().stream()
            .filter(stream -> stream.due <= now)
            .sorted(
                Comparator.comparingLong((Waiting stream) -> stream.due)
                    .thenComparing(stream -> stream.key))
            .limit((long) LOOKS * options.most())
            .toList();
    int taken = 0;
    for (Waiting stream : due) {
      if (taken == options.most()) {
        return;
      }
      LiveStream live = streams.of(stream.key);
      SnapshotMaker maker = live.served().snapshots().orElseThrow();
      StateDict state = live.state().toStateDict();
      float[] sketch = maker.sketch(state);
      Optional<SnapshotNote> last = note(stream.key);
      double moved =
          StateMovement.between(
              last.map(SnapshotNote::sketch).orElseGet(maker::sourceSketch), sketch);
      if (moved < options.leastMovement()) {
        stream.due = now + options.intervalMillis();
        continue;
      }
      Map<String, Double> figures = stream.figures.toMap();
      figures.put("movement-ratio", moved);
      SnapshotDraft draft =
          maker.make(
              stream.key,
              live.state(),
              state,
              last.map(SnapshotNote::snapshot).orElse(null),
              checkpoint,
              figures,
              Instant.ofEpochMilli(now));
      out.accept(draft);
      current.set(stream.key);
      notes.update(new SnapshotNote(now, draft.manifest().snapshot(), sketch).toBytes());
      waiting.remove(stream.key);
      taken++;
    }
  }

  private Optional<SnapshotNote> note(String key) throws Exception {
    current.set(key);
    return Optional.ofNullable(notes.value()).map(SnapshotNote::fromBytes);
  }
}
