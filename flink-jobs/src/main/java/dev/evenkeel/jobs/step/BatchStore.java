package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.jobs.batch.OpenBatch;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.io.StreamSampleSerializer;
import dev.evenkeel.v1.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/** Reads and writes the open batch of the current key in Flink's keyed state. */
final class BatchStore {
  private static final ListStateDescriptor<StreamSample> SAMPLES =
      new ListStateDescriptor<>("open-batch", StreamSampleSerializer.INSTANCE);
  private static final ValueStateDescriptor<Long> DEADLINE =
      new ValueStateDescriptor<>("open-batch-deadline", LongSerializer.INSTANCE);

  private final ListState<StreamSample> samples;
  private final ValueState<Long> deadline;

  BatchStore(KeyedStateStore states) {
    samples = states.getListState(SAMPLES);
    deadline = states.getState(DEADLINE);
  }

  /**
   * Refuses a checkpoint whose open samples another model was to answer, by the first one found.
   *
   * @param sampleShape of a sample as the model takes it
   * @throws SuppressRestartsException if they have another number of elements
   */
  void check(KeyedStateBackend<String> backend, CurrentKey current, Shape sampleShape)
      throws Exception {
    Optional<String> first;
    try (Stream<String> keys = backend.getKeys(SAMPLES.getName(), VoidNamespace.INSTANCE)) {
      first = keys.findFirst();
    }
    if (first.isEmpty()) {
      return;
    }
    current.set(first.get());
    StreamSample sample = samples.get().iterator().next();
    int size = sample.dtype() == DataType.FLOAT32 ? Float.BYTES : 1;
    int elements = sample.payload().remaining() / size;
    if (elements != sampleShape.size()) {
      throw new SuppressRestartsException(
          new IllegalStateException(
              "The checkpoint holds samples that wait for their batch, of "
                  + elements
                  + " elements (stream "
                  + sample.streamId()
                  + "), but the model takes "
                  + sampleShape
                  + ", which is "
                  + sampleShape.size()
                  + ". Let the old model answer them: stop its job with 'flink stop --drain' and"
                  + " start from that savepoint; or start without the checkpoint (run --fresh)"));
    }
  }

  /** The batch as it was last written; an empty one if it never was. */
  OpenBatch read() throws Exception {
    List<StreamSample> open = new ArrayList<>();
    samples.get().forEach(open::add);
    Long due = deadline.value();
    return new OpenBatch(open, due == null ? OpenBatch.NO_DEADLINE : due);
  }

  /** Writes the batch if it changed. */
  void write(OpenBatch batch) throws Exception {
    if (!batch.isChanged()) {
      return;
    }
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
    batch.written();
  }

  /** Keys whose open batch was written and not yet closed, in order. */
  static List<String> keys(KeyedStateBackend<String> backend) {
    try (Stream<String> keys = backend.getKeys(SAMPLES.getName(), VoidNamespace.INSTANCE)) {
      return keys.sorted().toList();
    }
  }
}
