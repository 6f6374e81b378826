package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.SnapshotAnnouncement;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** The types that flow between operators, all with serializers written by hand. */
public final class StreamTypes {
  public static final TypeInformation<RawRecord> RAW_RECORD =
      new HandWrittenType<>(RawRecord.class, RawRecordSerializer.INSTANCE);
  public static final TypeInformation<StreamSample> SAMPLE =
      new HandWrittenType<>(StreamSample.class, StreamSampleSerializer.INSTANCE);
  public static final TypeInformation<TracedPrediction> PREDICTION =
      new HandWrittenType<>(TracedPrediction.class, new TracedPredictionSerializer());
  public static final TypeInformation<DriftReport> DRIFT_REPORT =
      new HandWrittenType<>(DriftReport.class, new DriftReportSerializer());
  public static final TypeInformation<SnapshotAnnouncement> SNAPSHOT_ANNOUNCEMENT =
      new HandWrittenType<>(SnapshotAnnouncement.class, new SnapshotAnnouncementSerializer());
  public static final TypeInformation<LabelArrival> LABEL =
      new HandWrittenType<>(LabelArrival.class, new LabelArrivalSerializer());
  public static final TypeInformation<StreamInput> INPUT =
      new HandWrittenType<>(StreamInput.class, new StreamInputSerializer());
  public static final TypeInformation<DeadLetter> DEAD_LETTER =
      new HandWrittenType<>(DeadLetter.class, new DeadLetterSerializer());
  public static final TypeInformation<ControlCommand> CONTROL_COMMAND =
      new HandWrittenType<>(ControlCommand.class, new ControlCommandSerializer());
  public static final TypeInformation<AuditEvent> AUDIT_EVENT =
      new HandWrittenType<>(AuditEvent.class, new AuditEventSerializer());

  private StreamTypes() {}
}
