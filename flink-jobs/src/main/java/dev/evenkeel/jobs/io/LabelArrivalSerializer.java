package dev.evenkeel.jobs.io;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Labels between operators. Version 1: stream id, sample id, label, time of arrival. */
public final class LabelArrivalSerializer extends VersionedSerializer<LabelArrival> {
  static final LabelArrivalSerializer INSTANCE = new LabelArrivalSerializer();

  @Override
  public void serialize(LabelArrival label, DataOutputView target) throws IOException {
    StringValue.writeString(label.streamId(), target);
    StringValue.writeString(label.sampleId(), target);
    target.writeInt(label.label());
    target.writeLong(label.arrivedAt());
  }

  @Override
  public LabelArrival deserialize(DataInputView source) throws IOException {
    return new LabelArrival(
        StringValue.readString(source),
        StringValue.readString(source),
        source.readInt(),
        source.readLong());
  }

  @Override
  public TypeSerializerSnapshot<LabelArrival> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<LabelArrival> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
