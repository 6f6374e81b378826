package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.DeadLetter;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Version 1: length and Avro binary of the first schema. */
public final class DeadLetterSerializer extends MessageSerializer<DeadLetter> {
  public DeadLetterSerializer() {
    super(DeadLetter.class);
  }

  @Override
  public TypeSerializer<DeadLetter> duplicate() {
    return new DeadLetterSerializer();
  }

  @Override
  public TypeSerializerSnapshot<DeadLetter> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<DeadLetter> {
    public Snapshot() {
      super(DeadLetterSerializer::new);
    }
  }
}
