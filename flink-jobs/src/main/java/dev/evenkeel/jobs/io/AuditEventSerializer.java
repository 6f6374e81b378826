package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.AuditEvent;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Version 1: length and Avro binary of the first schema. */
public final class AuditEventSerializer extends MessageSerializer<AuditEvent> {
  public AuditEventSerializer() {
    super(AuditEvent.class);
  }

  @Override
  public TypeSerializer<AuditEvent> duplicate() {
    return new AuditEventSerializer();
  }

  @Override
  public TypeSerializerSnapshot<AuditEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<AuditEvent> {
    public Snapshot() {
      super(AuditEventSerializer::new);
    }
  }
}
