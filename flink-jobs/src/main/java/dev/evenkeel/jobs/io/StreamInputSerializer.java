package dev.evenkeel.jobs.io;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Samples and labels on one way. Version 1: one byte for the kind (0 sample, 1 label), then as
 * their own serializers write them. Never part of a checkpoint.
 */
public final class StreamInputSerializer extends VersionedSerializer<StreamInput> {
  private static final StreamInputSerializer INSTANCE = new StreamInputSerializer();

  private static final int SAMPLE = 0;
  private static final int LABEL = 1;

  @Override
  public void serialize(StreamInput input, DataOutputView target) throws IOException {
    if (input instanceof StreamSample sample) {
      target.writeByte(SAMPLE);
      StreamSampleSerializer.INSTANCE.serialize(sample, target);
    } else if (input instanceof LabelArrival label) {
      target.writeByte(LABEL);
      LabelArrivalSerializer.INSTANCE.serialize(label, target);
    }
  }

  @Override
  public StreamInput deserialize(DataInputView source) throws IOException {
    byte kind = source.readByte();
    return switch (kind) {
      case SAMPLE -> StreamSampleSerializer.INSTANCE.deserialize(source);
      case LABEL -> LabelArrivalSerializer.INSTANCE.deserialize(source);
      default ->
          throw new IOException("A serialized input is of kind " + kind + ", expected 0 or 1");
    };
  }

  @Override
  public TypeSerializerSnapshot<StreamInput> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<StreamInput> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
