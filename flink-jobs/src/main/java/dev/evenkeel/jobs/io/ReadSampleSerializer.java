package dev.evenkeel.jobs.io;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Version 1: whether it was refused, then the dead letter or the sample. */
final class ReadSampleSerializer extends VersionedSerializer<ReadSample> {
  private final DeadLetterSerializer refusals = new DeadLetterSerializer();

  /** Codecs keep buffers, so each thread needs its own. */
  @Override
  public TypeSerializer<ReadSample> duplicate() {
    return new ReadSampleSerializer();
  }

  @Override
  public void serialize(ReadSample value, DataOutputView target) throws IOException {
    target.writeBoolean(value.refusal() != null);
    if (value.refusal() != null) {
      refusals.serialize(value.refusal(), target);
    } else {
      StreamSampleSerializer.INSTANCE.serialize(value.sample(), target);
    }
  }

  @Override
  public ReadSample deserialize(DataInputView source) throws IOException {
    return source.readBoolean()
        ? new ReadSample(null, refusals.deserialize(source))
        : new ReadSample(StreamSampleSerializer.INSTANCE.deserialize(source), null);
  }

  @Override
  public TypeSerializerSnapshot<ReadSample> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<ReadSample> {
    public Snapshot() {
      super(ReadSampleSerializer::new);
    }
  }
}
