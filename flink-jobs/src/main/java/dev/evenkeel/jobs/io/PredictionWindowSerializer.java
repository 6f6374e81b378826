package dev.evenkeel.jobs.io;

import dev.evenkeel.adapters.drift.PredictionWindow;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Version 1: count and numbers. Windows are changed in place, so state copies them. */
public final class PredictionWindowSerializer extends VersionedSerializer<PredictionWindow> {
  private static final PredictionWindowSerializer INSTANCE = new PredictionWindowSerializer();

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public PredictionWindow copy(PredictionWindow from) {
    return new PredictionWindow(from.toArray());
  }

  @Override
  public PredictionWindow copy(PredictionWindow from, PredictionWindow reuse) {
    return copy(from);
  }

  @Override
  public void serialize(PredictionWindow window, DataOutputView target) throws IOException {
    double[] values = window.toArray();
    target.writeInt(values.length);
    for (double value : values) {
      target.writeDouble(value);
    }
  }

  @Override
  public PredictionWindow deserialize(DataInputView source) throws IOException {
    double[] values = new double[source.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = source.readDouble();
    }
    return new PredictionWindow(values);
  }

  @Override
  public TypeSerializerSnapshot<PredictionWindow> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<PredictionWindow> {
    public Snapshot() {
      super(1, () -> INSTANCE);
    }
  }
}
