package dev.evenkeel.jobs.io;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Version 1: the prediction, then parent and state of the trace, each with a mark for null. */
public final class TracedPredictionSerializer extends VersionedSerializer<TracedPrediction> {
  private final PredictionSerializer predictions = new PredictionSerializer();

  /** Codecs keep buffers, so each thread needs its own. */
  @Override
  public TypeSerializer<TracedPrediction> duplicate() {
    return new TracedPredictionSerializer();
  }

  @Override
  public void serialize(TracedPrediction value, DataOutputView target) throws IOException {
    predictions.serialize(value.prediction(), target);
    writeTrace(value.trace(), target);
  }

  @Override
  public TracedPrediction deserialize(DataInputView source) throws IOException {
    return new TracedPrediction(predictions.deserialize(source), readTrace(source));
  }

  static void writeTrace(TraceContext trace, DataOutputView target) throws IOException {
    StringValue.writeString(trace.parent(), target);
    StringValue.writeString(trace.state(), target);
  }

  static TraceContext readTrace(DataInputView source) throws IOException {
    String parent = StringValue.readString(source);
    String state = StringValue.readString(source);
    return parent == null ? TraceContext.NONE : new TraceContext(parent, state);
  }

  @Override
  public TypeSerializerSnapshot<TracedPrediction> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<TracedPrediction> {
    public Snapshot() {
      super(TracedPredictionSerializer::new);
    }
  }
}
