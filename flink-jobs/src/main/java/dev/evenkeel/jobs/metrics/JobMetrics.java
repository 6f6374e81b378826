package dev.evenkeel.jobs.metrics;

import dev.evenkeel.adapters.guard.Response;
import dev.evenkeel.adapters.guard.Watch;
import dev.evenkeel.schemas.RejectionReason;
import dev.evenkeel.v1.AccuracyEstimate;
import dev.evenkeel.v1.AdaptationStatistics;
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
      MetricCatalogue.ALL.stream()
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
    received = counter(MetricCatalogue.SAMPLES_RECEIVED);
    predictions = counter(MetricCatalogue.PREDICTIONS);
    steps = counter(MetricCatalogue.ADAPTATION_STEPS);
    updates = counter(MetricCatalogue.UPDATES);
    offeredSamples = counter(MetricCatalogue.OFFERED_SAMPLES);
    acceptedSamples = counter(MetricCatalogue.ACCEPTED_SAMPLES);
    shadowed = counter(MetricCatalogue.SHADOWED_SAMPLES);
    disagreements = counter(MetricCatalogue.SOURCE_DISAGREEMENTS);
    fill = (Histogram.Child) child(MetricCatalogue.BATCH_FILL);
    duration = (Histogram.Child) child(MetricCatalogue.STEP_DURATION);
    callStreams = (Histogram.Child) child(MetricCatalogue.CALL_STREAMS);
    wait = (Histogram.Child) child(MetricCatalogue.SAMPLE_WAIT);
    entropy = (Histogram.Child) child(MetricCatalogue.ENTROPY);
    energy = (Histogram.Child) child(MetricCatalogue.ENERGY);
    stateBytes = (Gauge.Child) child(MetricCatalogue.STATE_BYTES);
    liveStreams = (Gauge.Child) child(MetricCatalogue.LIVE_STREAMS);
    counter(MetricCatalogue.FALLEN_BACK_SAMPLES);
    for (RejectionReason reason : RejectionReason.values()) {
      counter(MetricCatalogue.DEAD_LETTERS, reason.label());
    }
    counter(MetricCatalogue.SKIPPED_BATCHES, "frozen");
    for (Watch guard : Watch.values()) {
      for (Response response : Response.values()) {
        if (response != Response.OFF) {
          counter(MetricCatalogue.GUARD_ACTIONS, guard.label(), response.label());
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
    counter(MetricCatalogue.DEAD_LETTERS, reason).inc();
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
    counter(MetricCatalogue.CONTROL_COMMANDS, action, status.toLowerCase(Locale.ROOT)).inc();
  }

  /** A guard did something. */
  public void guarded(String guard, String action) {
    counter(MetricCatalogue.GUARD_ACTIONS, guard, action).inc();
  }

  /** So many samples were answered by the source model because a guard said so. */
  public void fellBack(int samples) {
    counter(MetricCatalogue.FALLEN_BACK_SAMPLES).inc(samples);
  }

  /** A stream's state was forgotten. */
  public void expired(String reason) {
    counter(MetricCatalogue.EXPIRED_STREAMS, reason).inc();
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
      classes[told] = counter(MetricCatalogue.CLASS_PREDICTIONS, name);
    }
    classes[told].inc();
  }

  /** Labels are read from now on. */
  public void expectLabels() {
    for (String fate : List.of("joined", "late", "duplicate", "unmatched", "unknown-class")) {
      counter(MetricCatalogue.LABELS, fate);
    }
    counter(MetricCatalogue.RIGHT_ANSWERS);
    counter(MetricCatalogue.LABELLED_SHADOWED);
    counter(MetricCatalogue.RIGHT_SOURCE_ANSWERS);
  }

  /** Snapshots are published from now on. */
  public void expectSnapshots() {
    for (String result : List.of("published", "repeated", "retried", "given-up", "refused")) {
      counter(MetricCatalogue.SNAPSHOTS, result);
    }
  }

  /** How well the source model tells the classes of the source apart. */
  public void conditioned(double conditionNumber) {
    ((Gauge.Child) child(MetricCatalogue.CONFUSION_CONDITION)).set(conditionNumber);
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
    counter(MetricCatalogue.SKIPPED_BATCHES, reason).inc();
  }

  /** A state went back to its initial value. */
  public void reset(String reason) {
    counter(MetricCatalogue.RESETS, reason).inc();
  }

  /**
   * A label came.
   *
   * @param fate joined, late, duplicate, unmatched or unknown-class
   */
  public void label(String fate) {
    counter(MetricCatalogue.LABELS, fate).inc();
  }

  /** A label met its answer. */
  public void labelled(boolean right, boolean shadowed, boolean sourceRight) {
    if (right) {
      counter(MetricCatalogue.RIGHT_ANSWERS).inc();
    }
    if (shadowed) {
      counter(MetricCatalogue.LABELLED_SHADOWED).inc();
      if (sourceRight) {
        counter(MetricCatalogue.RIGHT_SOURCE_ANSWERS).inc();
      }
    }
  }

  /** A change detector fired. */
  public void alarm(String detector, String signal, String event) {
    counter(MetricCatalogue.DRIFT_ALARMS, detector, signal, event).inc();
  }

  /** A window of a stream was reported. */
  public void reported(DriftReport report) {
    counter(MetricCatalogue.DRIFT_REPORTS).inc();
    AdaptationStatistics adaptation = report.getAdaptation();
    if (adaptation != null) {
      observe(MetricCatalogue.WINDOW_PARAMETER_DISTANCE, adaptation.getParameterDistance());
      observe(MetricCatalogue.WINDOW_UPDATE_NORM, adaptation.getUpdateNorm());
    }
    observe(MetricCatalogue.WINDOW_DIVERGENCE, report.getEmitted().getJsDivergence());
    observe(MetricCatalogue.WINDOW_DIVERSITY, report.getEmitted().getDiversity());
    observe(MetricCatalogue.WINDOW_FEATURE_DISCREPANCY, report.getFeatureMmd2());
    observe(MetricCatalogue.WINDOW_CLASS_DISTANCE, report.getClassConditionalDistance());
    AccuracyEstimate estimate = report.getEstimatedAccuracy();
    if (estimate != null) {
      observe(MetricCatalogue.WINDOW_AGREEMENT, estimate.getAgreement());
      observe(
          MetricCatalogue.WINDOW_ESTIMATED_ACCURACY, estimate.getAverageThresholdedConfidence());
    }
    LiveAccuracy live = report.getLiveAccuracy();
    if (live != null) {
      observe(MetricCatalogue.WINDOW_ACCURACY, live.getAccuracy());
      observe(MetricCatalogue.WINDOW_CALIBRATION_ERROR, live.getCalibrationError());
      if (live.getMeanDelayMs() != null) {
        observe(MetricCatalogue.WINDOW_LABEL_DELAY, live.getMeanDelayMs() * 1e-3);
      }
    }
    if (report.getWorstSegment() != null) {
      observe(MetricCatalogue.WINDOW_WORST_SEGMENT, report.getWorstSegment().getAccuracy());
    }
  }

  /**
   * A window's labels were estimated.
   *
   * @param totalVariation from the source's, in [0, 1]
   */
  public void labelsShifted(double totalVariation) {
    observe(MetricCatalogue.WINDOW_LABEL_SHIFT, totalVariation);
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
    counter(MetricCatalogue.SNAPSHOTS, result).inc();
  }

  /** How many snapshots of this instance wait. */
  public void snapshotsWaiting(int count) {
    if (count != ownWaiting) {
      ((Gauge.Child) child(MetricCatalogue.SNAPSHOTS_WAITING)).inc(count - ownWaiting);
      ownWaiting = count;
    }
  }

  /** This instance keeps a model of that version ready to serve. */
  public void serves(String modelVersion) {
    synchronized (COLLECTORS) {
      ((Gauge.Child) child(MetricCatalogue.MODEL_INFO, modelVersion)).inc();
    }
  }

  /** And no more; the series of a model that nobody serves ends. */
  public void servesNoMore(String modelVersion) {
    synchronized (COLLECTORS) {
      Gauge.Child model = (Gauge.Child) child(MetricCatalogue.MODEL_INFO, modelVersion);
      model.dec();
      if (model.get() <= 0) {
        COLLECTORS.get(MetricCatalogue.MODEL_INFO).remove(labels(modelVersion));
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
    counter(MetricCatalogue.CANDIDATE_SAMPLES).inc();
    counter(MetricCatalogue.CANDIDATE_CONFIDENCE).inc(believed);
    if (disagrees) {
      counter(MetricCatalogue.CANDIDATE_DISAGREEMENTS).inc();
    }
  }

  @Override
  public void close() {
    live(0, 0);
    snapshotsWaiting(0);
    MetricsServer.release();
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
    String[] labels =
        Stream.concat(Stream.of("job", "recipe"), metric.labels().stream()).toArray(String[]::new);
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
