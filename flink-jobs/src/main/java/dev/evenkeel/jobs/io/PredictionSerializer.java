package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.Prediction;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Version 1: length and Avro binary of the first schema. */
public final class PredictionSerializer extends MessageSerializer<Prediction> {
  public PredictionSerializer() {
    super(Prediction.class);
  }

  @Override
  public TypeSerializer<Prediction> duplicate() {
    return new PredictionSerializer();
  }

  @Override
  public TypeSerializerSnapshot<Prediction> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<Prediction> {
    public Snapshot() {
      super(PredictionSerializer::new);
    }
  }
}
