package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.DriftReport;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Version 1: length and Avro binary of the first schema. */
public final class DriftReportSerializer extends MessageSerializer<DriftReport> {
  public DriftReportSerializer() {
    super(DriftReport.class);
  }

  @Override
  public TypeSerializer<DriftReport> duplicate() {
    return new DriftReportSerializer();
  }

  @Override
  public TypeSerializerSnapshot<DriftReport> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<DriftReport> {
    public Snapshot() {
      super(DriftReportSerializer::new);
    }
  }
}
