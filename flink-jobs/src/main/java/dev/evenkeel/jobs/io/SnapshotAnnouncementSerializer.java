package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.SnapshotAnnouncement;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Version 1: length and Avro binary of the first schema. */
public final class SnapshotAnnouncementSerializer extends MessageSerializer<SnapshotAnnouncement> {
  public SnapshotAnnouncementSerializer() {
    super(SnapshotAnnouncement.class);
  }

  @Override
  public TypeSerializer<SnapshotAnnouncement> duplicate() {
    return new SnapshotAnnouncementSerializer();
  }

  @Override
  public TypeSerializerSnapshot<SnapshotAnnouncement> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<SnapshotAnnouncement> {
    public Snapshot() {
      super(SnapshotAnnouncementSerializer::new);
    }
  }
}
