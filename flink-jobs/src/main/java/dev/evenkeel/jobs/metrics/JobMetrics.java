package dev.evenkeel.jobs.metrics;

import dev.evenkeel.adapters.guard.Response;
import dev.evenkeel.adapters.guard.Watch;
import dev.evenkeel.schemas.RejectionReason;
import dev.evenkeel.v1.AccuracyEstimate;
import dev.evenkeel.v1.AdaptationStatistics;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.LiveAccuracy;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.SimpleCollector;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one door to the metrics of a job. Each operator instance opens its own and closes it; what it
 * added to gauges is taken back then. The methods are cheap and may be called by one thread.
 *
 * <p>Counters of rare events whose labels are known stand at 0 from the start: a series that began
 * with its first event would not show it as an increase.
 */
public final class JobMetrics implements AutoCloseable {
  private static final Map<Metric, SimpleCollector<?>> COLLECTORS =
      Stream.of(StepMetrics.ALL, QualityMetrics.ALL)
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableMap(Function.identity(), JobMetrics::register));

  private final MetricsOptions options;
  private final Counter.Child received;
  private final Counter.Child predictions;
  private final Counter.Child steps;
  private final Counter.Child updates;
  private final Counter.Child offeredSamples;
  private final Counter.Child acceptedSamples;
  private final Counter.Child shadowed;
  private final Counter.Child disagreements;
  private final Histogram.Child fill;
  private final Histogram.Child duration;
  private final Histogram.Child callStreams;
  private final Histogram.Child wait;
  private final Histogram.Child entropy;
  private final Histogram.Child energy;
  private final Counter.Child[] classes = new Counter.Child[MetricCatalogue.CLASSES_TOLD + 1];
  private final Gauge.Child stateBytes;
  private final Gauge.Child liveStreams;
  private long ownStateBytes;
  private int ownLiveStreams;
  private int ownWaiting;

  private JobMetrics(MetricsOptions options) {
    this.options = options;
    received = counter(StepMetrics.SAMPLES_RECEIVED);
    predictions = counter(StepMetrics.PREDICTIONS);
    steps = counter(StepMetrics.ADAPTATION_STEPS);
    updates = counter(StepMetrics.UPDATES);
    offeredSamples = counter(StepMetrics.OFFERED_SAMPLES);
    acceptedSamples = counter(StepMetrics.ACCEPTED_SAMPLES);
    shadowed = counter(StepMetrics.SHADOWED_SAMPLES);
    disagreements = counter(StepMetrics.SOURCE_DISAGREEMENTS);
    fill = (Histogram.Child) child(StepMetrics.BATCH_FILL);
    duration = (Histogram.Child) child(StepMetrics.STEP_DURATION);
    callStreams = (Histogram.Child) child(StepMetrics.CALL_STREAMS);
    wait = (Histogram.Child) child(StepMetrics.SAMPLE_WAIT);
    entropy = (Histogram.Child) child(StepMetrics.ENTROPY);
    energy = (Histogram.Child) child(StepMetrics.ENERGY);
    stateBytes = (Gauge.Child) child(StepMetrics.STATE_BYTES);
    liveStreams = (Gauge.Child) child(StepMetrics.LIVE_STREAMS);
    counter(StepMetrics.FALLEN_BACK_SAMPLES);
    for (RejectionReason reason : RejectionReason.values()) {
      counter(StepMetrics.DEAD_LETTERS, reason.label());
    }
    counter(StepMetrics.SKIPPED_BATCHES, "frozen");
    for (ControlAction action : ControlAction.values()) {
      for (AuditStatus status : AuditStatus.values()) {
        counter(StepMetrics.CONTROL_COMMANDS, label(action), label(status));
      }
    }
    for (Watch guard : Watch.values()) {
      for (Response response : Response.values()) {
        if (response != Response.OFF) {
          counter(StepMetrics.GUARD_ACTIONS, guard.label(), response.label());
        }
      }
    }
  }

  /** Starts the endpoint if it is not there yet. */
  public static JobMetrics open(MetricsOptions options) {
    MetricsServer.acquire(options.host(), options.port());
    return new JobMetrics(options);
  }

  /** The port of this process's endpoint, empty if there is none. */
  public static OptionalInt port() {
    return MetricsServer.port();
  }

  /** A record was read. */
  public void received() {
    received.inc();
  }

  /** A record was refused. */
  public void deadLetter(String reason) {
    counter(StepMetrics.DEAD_LETTERS, reason).inc();
  }

  /**
   * A call answered the micro-batches of some streams.
   *
   * @param seconds how long that took
   */
  public void call(int streams, double seconds) {
    callStreams.observe(streams);
    duration.observe(seconds);
  }

  /**
   * A micro-batch was answered.
   *
   * @param fillRatio its size as a share of the largest, in (0, 1]
   */
  public void batch(double fillRatio) {
    fill.observe(fillRatio);
  }

  /**
   * A sample was answered.
   *
   * @param millis since its record was written; negative where that is not known
   * @param trace that it belongs to, told as an exemplar; null for none
   */
  public void waited(long millis, String trace) {
    if (millis < 0) {
      return;
    }
    if (trace == null) {
      wait.observe(millis * 1e-3);
    } else {
      wait.observeWithExemplar(millis * 1e-3, "trace_id", trace);
    }
  }

  /** A command was obeyed or refused. */
  public void commanded(String action, String status) {
    counter(StepMetrics.CONTROL_COMMANDS, action, status.toLowerCase(Locale.ROOT)).inc();
  }

  /** A guard did something. */
  public void guarded(String guard, String action) {
    counter(StepMetrics.GUARD_ACTIONS, guard, action).inc();
  }

  /** So many samples were answered by the source model because a guard said so. */
  public void fellBack(int samples) {
    counter(StepMetrics.FALLEN_BACK_SAMPLES).inc(samples);
  }

  /** A stream's state was forgotten. */
  public void expired(String reason) {
    counter(StepMetrics.EXPIRED_STREAMS, reason).inc();
  }

  /**
   * A sample was answered.
   *
   * @param nats entropy of its probabilities
   * @param strangeness energy of its logits, in nats
   * @param label index of the answered class
   */
  public void prediction(double nats, double strangeness, int label) {
    predictions.inc();
    entropy.observe(nats);
    energy.observe(strangeness);
    int told = Math.min(label, classes.length - 1);
    if (classes[told] == null) {
      String name = told == classes.length - 1 ? "other" : Integer.toString(told);
      classes[told] = counter(StepMetrics.CLASS_PREDICTIONS, name);
    }
    classes[told].inc();
  }

  /** Labels are read from now on. */
  public void expectLabels() {
    for (String fate : List.of("joined", "late", "duplicate", "unmatched", "unknown-class")) {
      counter(QualityMetrics.LABELS, fate);
    }
    counter(QualityMetrics.RIGHT_ANSWERS);
    counter(QualityMetrics.LABELLED_SHADOWED);
    counter(QualityMetrics.RIGHT_SOURCE_ANSWERS);
  }

  /** Snapshots are published from now on. */
  public void expectSnapshots() {
    for (String result : List.of("published", "repeated", "retried", "given-up", "refused")) {
      counter(StepMetrics.SNAPSHOTS, result);
    }
  }

  /** How well the source model tells the classes of the source apart. */
  public void conditioned(double conditionNumber) {
    ((Gauge.Child) child(QualityMetrics.CONFUSION_CONDITION)).set(conditionNumber);
  }

  /** The source model answered a sample too. */
  public void shadowed(boolean disagrees) {
    shadowed.inc();
    if (disagrees) {
      disagreements.inc();
    }
  }

  /** A state took a step. */
  public void adapted() {
    steps.inc();
  }

  /**
   * Parameters were learned, or not.
   *
   * @param offered samples that could have been learned from
   * @param accepted samples that were
   * @param updated steps of the optimiser
   */
  public void learned(int offered, int accepted, int updated) {
    offeredSamples.inc(offered);
    acceptedSamples.inc(accepted);
    updates.inc(updated);
  }

  /** A batch was not learned from. */
  public void skipped(String reason) {
    counter(StepMetrics.SKIPPED_BATCHES, reason).inc();
  }

  /** A state went back to its initial value. */
  public void reset(String reason) {
    counter(StepMetrics.RESETS, reason).inc();
  }

  /**
   * A label came.
   *
   * @param fate joined, late, duplicate, unmatched or unknown-class
   */
  public void label(String fate) {
    counter(QualityMetrics.LABELS, fate).inc();
  }

  /** A label met its answer. */
  public void labelled(boolean right, boolean shadowed, boolean sourceRight) {
    if (right) {
      counter(QualityMetrics.RIGHT_ANSWERS).inc();
    }
    if (shadowed) {
      counter(QualityMetrics.LABELLED_SHADOWED).inc();
      if (sourceRight) {
        counter(QualityMetrics.RIGHT_SOURCE_ANSWERS).inc();
      }
    }
  }

  /** A change detector fired. */
  public void alarm(String detector, String signal, String event) {
    counter(QualityMetrics.DRIFT_ALARMS, detector, signal, event).inc();
  }

  /** A window of a stream was reported. */
  public void reported(DriftReport report) {
    counter(QualityMetrics.DRIFT_REPORTS).inc();
    AdaptationStatistics adaptation = report.getAdaptation();
    if (adaptation != null) {
      observe(QualityMetrics.WINDOW_PARAMETER_DISTANCE, adaptation.getParameterDistance());
      observe(QualityMetrics.WINDOW_UPDATE_NORM, adaptation.getUpdateNorm());
    }
    observe(QualityMetrics.WINDOW_DIVERGENCE, report.getEmitted().getJsDivergence());
    observe(QualityMetrics.WINDOW_DIVERSITY, report.getEmitted().getDiversity());
    observe(QualityMetrics.WINDOW_FEATURE_DISCREPANCY, report.getFeatureMmd2());
    observe(QualityMetrics.WINDOW_CLASS_DISTANCE, report.getClassConditionalDistance());
    AccuracyEstimate estimate = report.getEstimatedAccuracy();
    if (estimate != null) {
      observe(QualityMetrics.WINDOW_AGREEMENT, estimate.getAgreement());
      observe(QualityMetrics.WINDOW_ESTIMATED_ACCURACY, estimate.getAverageThresholdedConfidence());
    }
    LiveAccuracy live = report.getLiveAccuracy();
    if (live != null) {
      observe(QualityMetrics.WINDOW_ACCURACY, live.getAccuracy());
      observe(QualityMetrics.WINDOW_CALIBRATION_ERROR, live.getCalibrationError());
      if (live.getMeanDelayMs() != null) {
        observe(QualityMetrics.WINDOW_LABEL_DELAY, live.getMeanDelayMs() * 1e-3);
      }
    }
    if (report.getWorstSegment() != null) {
      observe(QualityMetrics.WINDOW_WORST_SEGMENT, report.getWorstSegment().getAccuracy());
    }
  }

  /**
   * A window's labels were estimated.
   *
   * @param totalVariation from the source's, in [0, 1]
   */
  public void labelsShifted(double totalVariation) {
    observe(QualityMetrics.WINDOW_LABEL_SHIFT, totalVariation);
  }

  private void observe(Metric metric, Double value) {
    if (value != null) {
      ((Histogram.Child) child(metric)).observe(value);
    }
  }

  /** How many states this instance keeps ready, and their memory. */
  public void live(int streams, long bytes) {
    liveStreams.inc(streams - ownLiveStreams);
    stateBytes.inc((double) (bytes - ownStateBytes));
    ownLiveStreams = streams;
    ownStateBytes = bytes;
  }

  /**
   * Something became of a snapshot.
   *
   * @param result published, repeated, retried, given-up or refused
   */
  public void snapshot(String result) {
    counter(StepMetrics.SNAPSHOTS, result).inc();
  }

  /** How many snapshots of this instance wait. */
  public void snapshotsWaiting(int count) {
    if (count != ownWaiting) {
      ((Gauge.Child) child(StepMetrics.SNAPSHOTS_WAITING)).inc(count - ownWaiting);
      ownWaiting = count;
    }
  }

  /** The job runs on GPUs: from now on their memory is told. */
  public void watchGpus() {
    GpuMemory.watch(options.job(), options.recipe());
  }

  /** This instance keeps a model of that version ready to serve. */
  public void serves(String modelVersion) {
    synchronized (COLLECTORS) {
      ((Gauge.Child) child(StepMetrics.MODEL_INFO, modelVersion)).inc();
    }
  }

  /** And no more; the series of a model that nobody serves ends. */
  public void servesNoMore(String modelVersion) {
    synchronized (COLLECTORS) {
      Gauge.Child model = (Gauge.Child) child(StepMetrics.MODEL_INFO, modelVersion);
      model.dec();
      if (model.get() <= 0) {
        COLLECTORS.get(StepMetrics.MODEL_INFO).remove(labels(modelVersion));
      }
    }
  }

  /**
   * A candidate answered a sample unseen.
   *
   * @param disagrees whether its label is another than the one that was published
   * @param believed probability of its label
   */
  public void compared(boolean disagrees, double believed) {
    counter(StepMetrics.CANDIDATE_SAMPLES).inc();
    counter(StepMetrics.CANDIDATE_CONFIDENCE).inc(believed);
    if (disagrees) {
      counter(StepMetrics.CANDIDATE_DISAGREEMENTS).inc();
    }
  }

  @Override
  public void close() {
    live(0, 0);
    snapshotsWaiting(0);
    MetricsServer.release();
  }

  /** Lower-case with hyphens, as in audit events. */
  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Counter.Child counter(Metric metric, String... more) {
    return (Counter.Child) child(metric, more);
  }

  private Object child(Metric metric, String... more) {
    return COLLECTORS.get(metric).labels(labels(more));
  }

  private String[] labels(String... more) {
    return Stream.concat(Stream.of(options.job(), options.recipe()), Stream.of(more))
        .toArray(String[]::new);
  }

  private static SimpleCollector<?> register(Metric metric) {
    String[] labels = metric.labelNames().toArray(String[]::new);
    return switch (metric.type()) {
      case COUNTER ->
          Counter.build(metric.name(), metric.help())
              .labelNames(labels)
              .register(MetricsServer.REGISTRY);
      case GAUGE ->
          Gauge.build(metric.name(), metric.help())
              .labelNames(labels)
              .register(MetricsServer.REGISTRY);
      case HISTOGRAM ->
          Histogram.build(metric.name(), metric.help())
              .labelNames(labels)
              .buckets(metric.buckets().stream().mapToDouble(Double::doubleValue).toArray())
              .register(MetricsServer.REGISTRY);
    };
  }
}
