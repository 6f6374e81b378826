package dev.evenkeel.jobs.io;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Records between operators. Version 3: topic, partition, offset, timestamp, key and value, each
 * array with its length before it, -1 for null; parent and state of the trace.
 */
public final class RawRecordSerializer extends VersionedSerializer<RawRecord> {
  public static final RawRecordSerializer INSTANCE = new RawRecordSerializer();

  @Override
  public void serialize(RawRecord value, DataOutputView target) throws IOException {
    StringValue.writeString(value.topic(), target);
    target.writeInt(value.partition());
    target.writeLong(value.offset());
    target.writeLong(value.timestamp());
    writeBytes(value.key(), target);
    writeBytes(value.value(), target);
    TracedPredictionSerializer.writeTrace(value.trace(), target);
  }

  @Override
  public RawRecord deserialize(DataInputView source) throws IOException {
    return new RawRecord(
        StringValue.readString(source),
        source.readInt(),
        source.readLong(),
        source.readLong(),
        readBytes(source),
        readBytes(source),
        TracedPredictionSerializer.readTrace(source));
  }

  private static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
    target.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      target.write(bytes);
    }
  }

  private static byte[] readBytes(DataInputView source) throws IOException {
    int length = source.readInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    source.readFully(bytes);
    return bytes;
  }

  @Override
  public TypeSerializerSnapshot<RawRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 3. */
  public static final class Snapshot extends VersionedSnapshot<RawRecord> {
    public Snapshot() {
      super(3, 3, version -> INSTANCE);
    }
  }
}
