package dev.evenkeel.schemas;

import dev.evenkeel.v1.AccuracyEstimate;
import dev.evenkeel.v1.AdaptationStatistics;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.DriftAlarm;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Label;
import dev.evenkeel.v1.LayerDrift;
import dev.evenkeel.v1.LiveAccuracy;
import dev.evenkeel.v1.Outcome;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.PredictionStatistics;
import dev.evenkeel.v1.Sample;
import dev.evenkeel.v1.Segment;
import dev.evenkeel.v1.SegmentAlarm;
import dev.evenkeel.v1.SegmentFigures;
import dev.evenkeel.v1.Setting;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** One message of each kind with every field set; the records behind the stored fixtures. */
final class Messages {
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final String DIGEST = "sha256:" + "0a".repeat(32);

  private Messages() {}

  static List<SpecificRecord> all() {
    return List.of(
        sample(),
        prediction(),
        driftReport(),
        label(),
        controlCommand(),
        auditEvent(),
        snapshotAnnouncement(),
        deadLetter());
  }

  static Sample sample() {
    return Sample.newBuilder()
        .setStreamId("line-7/camera-2")
        .setSampleId("000042")
        .setEventTime(TIME)
        .setDtype(DataType.FLOAT32)
        .setShape(List.of(1, 2, 2))
        .setData(bytes(0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0xdb, 0x0f, 0x49, 0x40))
        .setDataUri(null)
        .setAttributes(Map.of("site", "Zürich"))
        .build();
  }

  static Prediction prediction() {
    return Prediction.newBuilder()
        .setStreamId("line-7/camera-2")
        .setSampleId("000042")
        .setEventTime(TIME)
        .setLabel(2)
        .setLabelName("Pullover")
        .setProbabilities(List.of(0.125f, 0.25f, 0.625f))
        .setConfidence(0.625f)
        .setEntropy(0.900256f)
        .setSourceLabel(1)
        .setOutOfDistributionScore(-1.5f)
        .setModelVersion("fashion@3")
        .setAdaptationStep(1L << 40)
        .setOutcome(Outcome.ADAPTED)
        .setProducedAt(TIME.plusMillis(7))
        .build();
  }

  static DriftReport driftReport() {
    return DriftReport.newBuilder()
        .setStreamId("line-7/camera-2")
        .setWindowStart(TIME)
        .setWindowEnd(TIME.plusSeconds(300))
        .setSamples(1000)
        .setBatches(63)
        .setModelVersion("fashion@3")
        .setRecipe("unmix-tns+tent")
        .setAdaptationStep(630)
        .setEmitted(statistics(0.5))
        .setSource(statistics(0.75))
        .setAdaptation(new AdaptationStatistics(60L, 3L, 1L, 0.5, 0.01, 0.001, 1.25))
        .setLayers(List.of(new LayerDrift("bn1", 0.25), new LayerDrift("bn2", 0.0625)))
        .setFeatureMmd2(-0.001)
        .setKsConfidence(0.2)
        .setKsEntropy(0.3)
        .setEstimatedLabelDistribution(List.of(0.5, 0.25, 0.25))
        .setEstimatedAccuracy(new AccuracyEstimate(0.8, 0.7, 0.75, 0.9, List.of("adapted scores")))
        .setLiveAccuracy(
            new LiveAccuracy(100L, 2L, 0.85, 0.6, 0.05, 1500.0, Arrays.asList(0.9, null, 0.8)))
        .setWorstSegment(new Segment("site", "Zürich", 40L, 0.6))
        .setAlarms(
            List.of(
                new DriftAlarm("page-hinkley", "mean-entropy", "covariate-shift", 51.0, 50.0, 99L)))
        .setProducedAt(TIME.plusSeconds(301))
        .setWorstSegmentFigures(
            new SegmentFigures(
                "labels", 0.44, 0.74, 0.8, 0.2, 40L, 0.6, 0.5, 0.7, 0.65, 0.5, 0.8, 0.9, 3, 7L))
        .setSegmentAlarms(
            List.of(
                new SegmentAlarm(
                    "Zürich",
                    new DriftAlarm(
                        "wilson-interval", "segment-gap", "segment-degradation", 0.7, 0.8, 99L))))
        .setSourceRecallPerClass(Arrays.asList(0.7, null, 0.5))
        .setFeatureMmd2Noise(0.004)
        .setClassConditionalDistance(0.3)
        .setFeatureSamples(131)
        .setUnlearnedBatches(Map.of("skipped lag", 2L))
        .build();
  }

  private static PredictionStatistics statistics(double entropy) {
    return new PredictionStatistics(
        1000L, entropy, 0.875, 0.5, 2.5, List.of(500L, 250L, 250L), 0.1, 0.05, -0.001, 0.2);
  }

  static Label label() {
    return Label.newBuilder()
        .setStreamId("line-7/camera-2")
        .setSampleId("000042")
        .setLabel(-1)
        .build();
  }

  static ControlCommand controlCommand() {
    return ControlCommand.newBuilder()
        .setCommandId("c-1")
        .setAction(ControlAction.SET)
        .setScope(ControlScope.GROUP)
        .setTarget("line-7")
        .setReference("fashion@production")
        .setSettings(List.of(new Setting("optimizer.learning-rate", "0.001")))
        .setAtBatch(17L)
        .setAuthor("ada")
        .setComment("calmer")
        .setIssuedAt(TIME)
        .setHmacSha256(ByteBuffer.wrap(new byte[32]))
        .build();
  }

  static AuditEvent auditEvent() {
    return AuditEvent.newBuilder()
        .setEventId("e-1")
        .setStreamId("line-7/camera-2")
        .setAction("roll-back")
        .setStatus(AuditStatus.REFUSED)
        .setCause("control")
        .setReason("no snapshot to go back to")
        .setFigures(Map.of("value", 0.5))
        .setCommandId("c-1")
        .setAuthor("ada")
        .setModelVersion("fashion@3")
        .setReference(DIGEST)
        .setBatch(17L)
        .setAdaptationStep(16L)
        .setOccurredAt(TIME)
        .build();
  }

  static SnapshotAnnouncement snapshotAnnouncement() {
    return SnapshotAnnouncement.newBuilder()
        .setSnapshot(DIGEST)
        .setSizeBytes(4096)
        .setParent("sha256:" + "0b".repeat(32))
        .setModelDigest("sha256:" + "0c".repeat(32))
        .setRecipe("unmix-tns")
        .setStreamId("line-7/camera-2")
        .setGroup("line-7")
        .setAdaptationStep(630)
        .setCheckpointId(12)
        .setMetrics(Map.of("mean-entropy-nats", 0.5))
        .setCreatedAt(TIME)
        .build();
  }

  static DeadLetter deadLetter() {
    return DeadLetters.of(
        RejectionReason.WRONG_SHAPE,
        "shape is [3], the model takes [1, 28, 28]",
        new RecordOrigin("evenkeel.samples", 3, 1L << 33),
        new byte[] {1, -1},
        new byte[] {2, 0, -128},
        TIME);
  }

  private static ByteBuffer bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteBuffer.wrap(bytes);
  }
}
