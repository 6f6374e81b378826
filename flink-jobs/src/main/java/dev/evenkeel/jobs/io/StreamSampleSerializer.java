package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Samples between operators and in checkpoints. Version 1: stream id, sample id, event time, one
 * byte for the element type (0 FLOAT32, 1 UINT8), length of the payload, payload. Version 2 adds
 * the record time, the number of attributes, and name and value of each, sorted.
 */
public final class StreamSampleSerializer extends VersionedSerializer<StreamSample> {
  public static final StreamSampleSerializer INSTANCE = new StreamSampleSerializer(2);
  private static final StreamSampleSerializer FIRST = new StreamSampleSerializer(1);

  private final int version;

  private StreamSampleSerializer(int version) {
    this.version = version;
  }

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
    if (version == 1) {
      return;
    }
    target.writeLong(sample.recordTime());
    target.writeInt(sample.attributes().size());
    for (Map.Entry<String, String> attribute : new TreeMap<>(sample.attributes()).entrySet()) {
      StringValue.writeString(attribute.getKey(), target);
      StringValue.writeString(attribute.getValue(), target);
    }
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
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    ByteBuffer payload = ByteBuffer.wrap(bytes);
    if (version == 1) {
      return new StreamSample(
          streamId, sampleId, eventTime, StreamSample.UNKNOWN_TIME, dtype, payload, Map.of());
    }
    long recordTime = source.readLong();
    int count = source.readInt();
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < count; i++) {
      attributes.put(StringValue.readString(source), StringValue.readString(source));
    }
    return new StreamSample(streamId, sampleId, eventTime, recordTime, dtype, payload, attributes);
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other) && version == ((StreamSampleSerializer) other).version;
  }

  @Override
  public int hashCode() {
    return version;
  }

  @Override
  public TypeSerializerSnapshot<StreamSample> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 2; reads version 1. */
  public static final class Snapshot extends VersionedSnapshot<StreamSample> {
    public Snapshot() {
      super(1, 2, version -> version == 1 ? FIRST : INSTANCE);
    }
  }
}
