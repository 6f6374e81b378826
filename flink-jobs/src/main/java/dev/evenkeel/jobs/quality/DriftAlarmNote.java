package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.ShiftAlarm;
import dev.evenkeel.jobs.io.VersionedSerializer;
import dev.evenkeel.jobs.io.VersionedSnapshot;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * An alarm that waits for its report.
 *
 * @param step adaptation steps before the batch that raised it
 */
record DriftAlarmNote(ShiftAlarm alarm, long step) {
  static final TypeSerializer<DriftAlarmNote> SERIALIZER = new Serializer();

  /** Version 1: detector, signal, event by name, value, threshold, step. */
  static final class Serializer extends VersionedSerializer<DriftAlarmNote> {
    @Override
    public void serialize(DriftAlarmNote note, DataOutputView target) throws IOException {
      StringValue.writeString(note.alarm().detector(), target);
      StringValue.writeString(note.alarm().signal(), target);
      StringValue.writeString(note.alarm().event().name(), target);
      target.writeDouble(note.alarm().value());
      target.writeDouble(note.alarm().threshold());
      target.writeLong(note.step());
    }

    @Override
    public DriftAlarmNote deserialize(DataInputView source) throws IOException {
      ShiftAlarm alarm =
          new ShiftAlarm(
              StringValue.readString(source),
              StringValue.readString(source),
              ShiftAlarm.Event.valueOf(StringValue.readString(source)),
              source.readDouble(),
              source.readDouble());
      return new DriftAlarmNote(alarm, source.readLong());
    }

    @Override
    public TypeSerializerSnapshot<DriftAlarmNote> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<DriftAlarmNote> {
    public Snapshot() {
      super(() -> SERIALIZER);
    }
  }
}
