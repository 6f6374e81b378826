package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.ControlCommand;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Version 1: length and Avro binary of the first schema. */
public final class ControlCommandSerializer extends MessageSerializer<ControlCommand> {
  public ControlCommandSerializer() {
    super(ControlCommand.class);
  }

  @Override
  public TypeSerializer<ControlCommand> duplicate() {
    return new ControlCommandSerializer();
  }

  @Override
  public TypeSerializerSnapshot<ControlCommand> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<ControlCommand> {
    public Snapshot() {
      super(ControlCommandSerializer::new);
    }
  }
}
