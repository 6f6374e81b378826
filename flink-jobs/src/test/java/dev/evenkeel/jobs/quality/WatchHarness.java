package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.Answered;
import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.PredictionWindow.Batch;
import dev.evenkeel.adapters.drift.PredictionWindow.Fate;
import dev.evenkeel.adapters.drift.SampledFeatures;
import dev.evenkeel.adapters.drift.SourceSignals;
import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.v1.DriftReport;
import java.nio.FloatBuffer;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** The watch's operator, and the answers of a model with two classes that it is fed. */
final class WatchHarness implements AutoCloseable {
  static final long DELAY = 10_000;
  static final float LOGIT = (float) Math.log(4);
  static final SourceProfile PROFILE = profile();

  private final int window;
  private final DriftReference reference;
  private final SourceSignals signals = new SourceSignals(PROFILE);
  KeyedTwoInputStreamOperatorTestHarness<String, WatchedBatch, LabelArrival, DriftReport> harness;
  long idleMillis;
  long now;
  OperatorSubtaskState checkpoint;
  String segment;
  String reason = "";
  Fate fate = Fate.RESET;
  String model = "m";
  SampledFeatures features = SampledFeatures.NONE;

  WatchHarness(int window, DriftReference reference) throws Exception {
    this(window, reference, null);
  }

  WatchHarness(int window, DriftReference reference, OperatorSubtaskState checkpoint)
      throws Exception {
    this.window = window;
    this.reference = reference;
    this.checkpoint = checkpoint;
    start();
  }

  void start() throws Exception {
    if (harness != null) {
      harness.close();
    }
    WatchOptions options =
        new WatchOptions(
            window,
            2,
            "m",
            reference,
            "page-hinkley",
            "light",
            idleMillis,
            DELAY,
            new MetricsOptions("watch-test", "tent", -1));
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new KeyedCoProcessOperator<>(new StreamWatch(options)),
            WatchedBatch::streamId,
            LabelArrival::streamId,
            Types.STRING);
    harness.setup(StreamTypes.DRIFT_REPORT.createSerializer(null));
    harness.setProcessingTime(now);
    if (checkpoint != null) {
      harness.initializeState(checkpoint);
    }
    harness.open();
  }

  /** Batches of one: even samples are answered with 0, odd ones with 1, at time 0. */
  void answer(String stream, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      answer(stream, i, i % 2, false, LOGIT);
    }
  }

  /** The same; the source model saw these features. */
  void answerWithFeatures(String stream, int from, int to, double shift) throws Exception {
    for (int i = from; i < to; i++) {
      features = new SampledFeatures(new int[] {i % 2}, features(5000 + i, shift));
      answer(stream, i, i + 1);
    }
  }

  /**
   * @param second whether the source model answers 1
   * @param logit how sure it is of its answer
   */
  void answer(String stream, int i, int label, boolean second, float logit) throws Exception {
    float[] emitted = label == 0 ? new float[] {LOGIT, 0} : new float[] {0, LOGIT};
    FloatBuffer source = FloatBuffer.wrap(second ? new float[] {0, logit} : new float[] {logit, 0});
    Batch batch =
        new Batch(
            Answered.of(FloatBuffer.wrap(emitted), new int[] {label}, 2, 1),
            Answered.of(source, new int[] {second ? 1 : 0}, 2, 1),
            new double[] {0.75, 0.25},
            i,
            reason.isEmpty() ? Fate.ADAPTED : fate,
            0,
            0,
            i,
            i);
    harness.processElement1(
        new WatchedBatch(
            stream,
            List.of(Integer.toString(i)),
            model,
            0,
            signals.sum(source, 1),
            new double[0],
            segment == null ? List.of() : List.of(segment),
            reason,
            new double[] {0.25, i % 2 == 0 ? 3 : Double.NaN, i % 4 == 1 ? 0.5 : Double.NaN},
            features,
            batch),
        i);
  }

  void label(String stream, int i, int label, long arrivedAt) throws Exception {
    harness.processElement2(
        new LabelArrival(stream, Integer.toString(i), label, arrivedAt), arrivedAt);
  }

  List<DriftReport> reports() {
    return harness.extractOutputValues();
  }

  @Override
  public void close() {
    try {
      harness.close();
    } catch (Exception e) {
      throw new IllegalStateException("The operator does not close", e);
    }
  }

  private static SourceProfile profile() {
    ProfileMeasurement measurement = new ProfileMeasurement(2);
    for (int i = 0; i < 1000; i++) {
      boolean second = i % 2 == 0;
      float[] logits = second ? new float[] {0, LOGIT} : new float[] {LOGIT, 0};
      measurement.add(logits, features(i, 0), (i % 10 < 8) == second ? 1 : 0);
    }
    return measurement.measure("none", List.of());
  }

  /** Two features of unit variance around their shift. */
  private static float[] features(int i, double shift) {
    CounterRandom random = new CounterRandom(i, 0);
    return new float[] {
      (float) (random.nextGaussian() + shift), (float) (random.nextGaussian() + shift)
    };
  }
}
