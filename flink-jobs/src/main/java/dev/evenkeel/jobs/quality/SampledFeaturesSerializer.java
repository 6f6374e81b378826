package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.SampledFeatures;
import dev.evenkeel.jobs.io.VersionedSerializer;
import dev.evenkeel.jobs.io.VersionedSnapshot;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Version 1: number of samples, their labels, number of values, the values. */
final class SampledFeaturesSerializer extends VersionedSerializer<SampledFeatures> {
  static final SampledFeaturesSerializer INSTANCE = new SampledFeaturesSerializer();

  private SampledFeaturesSerializer() {}

  @Override
  public void serialize(SampledFeatures features, DataOutputView target) throws IOException {
    target.writeInt(features.samples());
    for (int label : features.labels()) {
      target.writeInt(label);
    }
    target.writeInt(features.values().length);
    for (float value : features.values()) {
      target.writeFloat(value);
    }
  }

  @Override
  public SampledFeatures deserialize(DataInputView source) throws IOException {
    int[] labels = new int[source.readInt()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = source.readInt();
    }
    float[] values = new float[source.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = source.readFloat();
    }
    return labels.length == 0 ? SampledFeatures.NONE : new SampledFeatures(labels, values);
  }

  @Override
  public TypeSerializerSnapshot<SampledFeatures> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<SampledFeatures> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
