package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Samples between operators and in checkpoints. Version 1: stream id, sample id, event time, one
 * byte for the element type (0 FLOAT32, 1 UINT8), length of the payload, payload.
 */
public final class StreamSampleSerializer extends VersionedSerializer<StreamSample> {
  public static final StreamSampleSerializer INSTANCE = new StreamSampleSerializer();

  @Override
  public void serialize(StreamSample sample, DataOutputView target) throws IOException {
    StringValue.writeString(sample.streamId(), target);
    StringValue.writeString(sample.sampleId(), target);
    target.writeLong(sample.eventTime());
    target.writeByte(
        switch (sample.dtype()) {
          case FLOAT32 -> 0;
          case UINT8 -> 1;
        });
    ByteBuffer payload = sample.payload();
    target.writeInt(payload.remaining());
    target.write(payload.array(), payload.arrayOffset() + payload.position(), payload.remaining());
  }

  @Override
  public StreamSample deserialize(DataInputView source) throws IOException {
    String streamId = StringValue.readString(source);
    String sampleId = StringValue.readString(source);
    long eventTime = source.readLong();
    byte code = source.readByte();
    DataType dtype =
        switch (code) {
          case 0 -> DataType.FLOAT32;
          case 1 -> DataType.UINT8;
          default ->
              throw new IOException(
                  "A serialized sample has element type " + code + ", expected 0 or 1");
        };
    byte[] payload = new byte[source.readInt()];
    source.readFully(payload);
    return new StreamSample(streamId, sampleId, eventTime, dtype, ByteBuffer.wrap(payload));
  }

  @Override
  public TypeSerializerSnapshot<StreamSample> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<StreamSample> {
    public Snapshot() {
      super(1, () -> INSTANCE);
    }
  }
}
