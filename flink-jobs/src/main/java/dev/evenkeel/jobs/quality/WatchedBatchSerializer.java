package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.Answered;
import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.SampledFeatures;
import dev.evenkeel.jobs.io.VersionedSerializer;
import dev.evenkeel.jobs.io.VersionedSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Batches on their way to the watch. Version 1: the fields in their order but for segments, reason,
 * movement and features, arrays by length. Version 2 adds the first three of these, version 3
 * features.
 */
public final class WatchedBatchSerializer extends VersionedSerializer<WatchedBatch> {
  static final WatchedBatchSerializer INSTANCE = new WatchedBatchSerializer(3);
  private static final WatchedBatchSerializer SECOND = new WatchedBatchSerializer(2);
  private static final WatchedBatchSerializer FIRST = new WatchedBatchSerializer(1);

  private final int version;

  private WatchedBatchSerializer(int version) {
    this.version = version;
  }

  @Override
  public void serialize(WatchedBatch watched, DataOutputView target) throws IOException {
    StringValue.writeString(watched.streamId(), target);
    write(watched.sampleIds(), target);
    StringValue.writeString(watched.modelVersion(), target);
    target.writeLong(watched.producedAt());
    write(watched.sourceMoments(), target);
    write(watched.layers(), target);
    PredictionWindow.Batch batch = watched.batch();
    write(batch.emitted(), target);
    target.writeBoolean(batch.source() != null);
    if (batch.source() != null) {
      write(batch.source(), target);
    }
    write(batch.estimate(), target);
    target.writeLong(batch.step());
    StringValue.writeString(batch.fate().name(), target);
    target.writeInt(batch.offered());
    target.writeInt(batch.accepted());
    target.writeLong(batch.eventStart());
    target.writeLong(batch.eventEnd());
    if (version > 1) {
      write(watched.segments(), target);
      StringValue.writeString(watched.reason(), target);
      write(watched.movement(), target);
    }
    if (version > 2) {
      SampledFeaturesSerializer.INSTANCE.serialize(watched.features(), target);
    }
  }

  @Override
  public WatchedBatch deserialize(DataInputView source) throws IOException {
    String streamId = StringValue.readString(source);
    List<String> sampleIds = readStrings(source);
    String modelVersion = StringValue.readString(source);
    long producedAt = source.readLong();
    double[] moments = readDoubles(source);
    double[] layers = readDoubles(source);
    PredictionWindow.Batch batch =
        new PredictionWindow.Batch(
            readAnswered(source),
            source.readBoolean() ? readAnswered(source) : null,
            readDoubles(source),
            source.readLong(),
            PredictionWindow.Fate.valueOf(StringValue.readString(source)),
            source.readInt(),
            source.readInt(),
            source.readLong(),
            source.readLong());
    List<String> segments = version > 1 ? readStrings(source) : List.of();
    String reason = version > 1 ? StringValue.readString(source) : "";
    double[] movement = version > 1 ? readDoubles(source) : new double[0];
    SampledFeatures features =
        version > 2 ? SampledFeaturesSerializer.INSTANCE.deserialize(source) : SampledFeatures.NONE;
    return new WatchedBatch(
        streamId,
        sampleIds,
        modelVersion,
        producedAt,
        moments,
        layers,
        segments,
        reason,
        movement,
        features,
        batch);
  }

  private static void write(List<String> values, DataOutputView target) throws IOException {
    target.writeInt(values.size());
    for (String value : values) {
      StringValue.writeString(value, target);
    }
  }

  private static List<String> readStrings(DataInputView source) throws IOException {
    int size = source.readInt();
    List<String> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(StringValue.readString(source));
    }
    return values;
  }

  private static void write(Answered answered, DataOutputView target) throws IOException {
    target.writeInt(answered.samples());
    for (int label : answered.labels()) {
      target.writeInt(label);
    }
    write(answered.confidences(), target);
    write(answered.entropies(), target);
    write(answered.calibratedConfidences(), target);
    write(answered.calibratedEntropies(), target);
    target.writeDouble(answered.marginSum());
    write(answered.probabilitySum(), target);
  }

  private static Answered readAnswered(DataInputView source) throws IOException {
    int[] labels = new int[source.readInt()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = source.readInt();
    }
    return new Answered(
        labels,
        readFloats(source),
        readFloats(source),
        readFloats(source),
        readFloats(source),
        source.readDouble(),
        readDoubles(source));
  }

  private static void write(float[] values, DataOutputView target) throws IOException {
    target.writeInt(values.length);
    for (float value : values) {
      target.writeFloat(value);
    }
  }

  private static float[] readFloats(DataInputView source) throws IOException {
    float[] values = new float[source.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = source.readFloat();
    }
    return values;
  }

  private static void write(double[] values, DataOutputView target) throws IOException {
    target.writeInt(values.length);
    for (double value : values) {
      target.writeDouble(value);
    }
  }

  private static double[] readDoubles(DataInputView source) throws IOException {
    double[] values = new double[source.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = source.readDouble();
    }
    return values;
  }

  @Override
  public TypeSerializerSnapshot<WatchedBatch> snapshotConfiguration() {
    return new Snapshot();
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other) && version == ((WatchedBatchSerializer) other).version;
  }

  @Override
  public int hashCode() {
    return version;
  }

  private static WatchedBatchSerializer of(int version) {
    return switch (version) {
      case 1 -> FIRST;
      case 2 -> SECOND;
      default -> INSTANCE;
    };
  }

  /** Of version 3; reads those before. */
  public static final class Snapshot extends VersionedSnapshot<WatchedBatch> {
    public Snapshot() {
      super(1, 3, WatchedBatchSerializer::of);
    }
  }
}
