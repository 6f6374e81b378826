package dev.evenkeel.jobs.io;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Version 1: a byte for its kind, then the sample, the dead letter or the reason. */
final class ReadSampleSerializer extends VersionedSerializer<ReadSample> {
  private static final byte ACCEPTED = 0;
  private static final byte REFUSED = 1;
  private static final byte UNREACHABLE = 2;

  private final DeadLetterSerializer refusals = new DeadLetterSerializer();

  /** Codecs keep buffers, so each thread needs its own. */
  @Override
  public TypeSerializer<ReadSample> duplicate() {
    return new ReadSampleSerializer();
  }

  @Override
  public void serialize(ReadSample value, DataOutputView target) throws IOException {
    if (value instanceof ReadSample.Accepted accepted) {
      target.writeByte(ACCEPTED);
      StreamSampleSerializer.INSTANCE.serialize(accepted.sample(), target);
    } else if (value instanceof ReadSample.Refused refused) {
      target.writeByte(REFUSED);
      refusals.serialize(refused.letter(), target);
    } else if (value instanceof ReadSample.Unreachable unreachable) {
      target.writeByte(UNREACHABLE);
      StringValue.writeString(unreachable.why(), target);
    }
  }

  @Override
  public ReadSample deserialize(DataInputView source) throws IOException {
    byte kind = source.readByte();
    return switch (kind) {
      case ACCEPTED -> new ReadSample.Accepted(StreamSampleSerializer.INSTANCE.deserialize(source));
      case REFUSED -> new ReadSample.Refused(refusals.deserialize(source));
      case UNREACHABLE -> new ReadSample.Unreachable(StringValue.readString(source));
      default -> throw new IOException("Read sample of kind " + kind + ", expected 0, 1 or 2");
    };
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
