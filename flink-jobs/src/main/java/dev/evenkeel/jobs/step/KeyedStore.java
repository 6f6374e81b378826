package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.jobs.batch.OpenBatch;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.io.StreamSampleSerializer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/** Reads and writes a stream in Flink's keyed state, always that of the current key. */
final class KeyedStore {
  private static final ListStateDescriptor<StreamSample> SAMPLES =
      new ListStateDescriptor<>("open-batch", StreamSampleSerializer.INSTANCE);
  private static final ValueStateDescriptor<Long> DEADLINE =
      new ValueStateDescriptor<>("open-batch-deadline", LongSerializer.INSTANCE);
  private static final ValueStateDescriptor<byte[]> ADAPTATION =
      new ValueStateDescriptor<>("adaptation", BytePrimitiveArraySerializer.INSTANCE);

  private final AdaptationSession session;
  private final String fingerprint;
  private final ListState<StreamSample> samples;
  private final ValueState<Long> deadline;
  private final ValueState<byte[]> adaptation;

  KeyedStore(KeyedStateStore states, AdaptationSession session) {
    this.session = session;
    this.fingerprint = session.program().fingerprint();
    this.samples = states.getListState(SAMPLES);
    this.deadline = states.getState(DEADLINE);
    this.adaptation = states.getState(ADAPTATION);
  }

  /** The stream of the current key, as it was last written; a new one if it never was. */
  LiveStream read() throws Exception {
    OpenBatch batch = new OpenBatch();
    samples.get().forEach(batch::add);
    Long due = deadline.value();
    batch.setDeadline(due == null ? OpenBatch.NO_DEADLINE : due);
    byte[] bytes = adaptation.value();
    if (bytes == null) {
      return new LiveStream(session.initialState(), batch);
    }
    return new LiveStream(restore(StoredState.fromBytes(bytes)), batch);
  }

  private AdaptationState restore(StoredState stored) {
    if (!stored.fingerprint().equals(fingerprint)) {
      throw new SuppressRestartsException(
          new IllegalStateException(
              "The checkpoint holds state of program "
                  + stored.fingerprint()
                  + ", but this job runs program "
                  + fingerprint
                  + ": the model, the recipe or its settings changed. Run with the old ones, or"
                  + " start without the state (run --fresh)"));
    }
    return session.restore(stored.entries());
  }

  /** Writes what changed to the current key. */
  void write(LiveStream stream) throws Exception {
    if (stream.isStateChanged()) {
      adaptation.update(new StoredState(fingerprint, stream.state.toStateDict()).toBytes());
    }
    if (stream.isBatchChanged()) {
      OpenBatch batch = stream.batch;
      if (batch.isEmpty()) {
        samples.clear();
      } else {
        samples.update(batch.samples());
      }
      if (batch.deadline() == OpenBatch.NO_DEADLINE) {
        deadline.clear();
      } else {
        deadline.update(batch.deadline());
      }
    }
    stream.written();
  }

  /** Keys whose open batch was written and not yet closed. */
  static List<String> keysWithOpenBatch(KeyedStateBackend<String> backend) {
    try (Stream<String> keys = backend.getKeys(SAMPLES.getName(), VoidNamespace.INSTANCE)) {
      return keys.sorted().toList();
    }
  }
}
