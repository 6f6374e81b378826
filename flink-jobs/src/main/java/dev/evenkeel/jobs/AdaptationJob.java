package dev.evenkeel.jobs;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.config.ConfigException;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.LabelledGuards;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.control.CheckOrders;
import dev.evenkeel.jobs.control.ControlKey;
import dev.evenkeel.jobs.control.ControlRules;
import dev.evenkeel.jobs.control.DecodeControl;
import dev.evenkeel.jobs.control.Order;
import dev.evenkeel.jobs.control.OrderSerializer;
import dev.evenkeel.jobs.io.DeadLetterWriter;
import dev.evenkeel.jobs.io.DecodeLabels;
import dev.evenkeel.jobs.io.DecodeSamples;
import dev.evenkeel.jobs.io.FetchSamples;
import dev.evenkeel.jobs.io.InputSpec;
import dev.evenkeel.jobs.io.KafkaEndpoints;
import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.io.RawRecord;
import dev.evenkeel.jobs.io.SampleReader;
import dev.evenkeel.jobs.io.SplitSamples;
import dev.evenkeel.jobs.io.StreamInput;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.quality.ProfileFile;
import dev.evenkeel.jobs.quality.StreamWatch;
import dev.evenkeel.jobs.quality.WatchOptions;
import dev.evenkeel.jobs.quality.WatchedBatch;
import dev.evenkeel.jobs.snapshots.PublishOptions;
import dev.evenkeel.jobs.snapshots.SnapshotOptions;
import dev.evenkeel.jobs.snapshots.SnapshotPublisher;
import dev.evenkeel.jobs.step.AdaptOperator;
import dev.evenkeel.jobs.step.AdaptOptions;
import dev.evenkeel.jobs.step.AdaptationKey;
import dev.evenkeel.jobs.step.InitialState;
import dev.evenkeel.jobs.step.ModelFile;
import dev.evenkeel.jobs.step.ProgramCheck;
import dev.evenkeel.jobs.step.ProgramFactory;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples in; predictions, dead letters, reports and snapshots out. Where they come from and go to
 * is given, so the same job runs on Kafka and in memory.
 */
public final class AdaptationJob {
  private static final Logger LOG = LoggerFactory.getLogger(AdaptationJob.class);

  private final JobConfig config;
  private final AdaptationKey key;
  private final ProgramFactory program;
  private final InputSpec input;
  private final int classes;
  private final Endpoints endpoints;
  private final ControlRules controlRules;
  private final Optional<DriftReference> reference;
  private final Optional<StateDict> initialState;

  /**
   * Compiles the program once, so that a model that does not fit the recipe is refused here.
   *
   * @throws dev.evenkeel.adapters.onnx.io.OnnxException if the model is refused
   * @throws dev.evenkeel.adapters.tta.RecipeException if the recipe does not fit the model
   * @throws ConfigException if batches are too small for the recipe ever to adapt
   */
  public AdaptationJob(JobConfig config, ModelFile model, Endpoints endpoints) {
    this.config = config;
    this.key = AdaptationKey.of(config.state());
    this.program = ProgramFactory.of(config, model);
    AdaptationProgram compiled = program.compile();
    compiled.remark().ifPresent(LOG::warn);
    config
        .batch()
        .problem(compiled.recipe().minimalBatch())
        .ifPresent(
            problem -> {
              throw new ConfigException(List.of(problem));
            });
    this.input = InputSpec.of(compiled.source());
    this.classes = compiled.source().classes();
    this.endpoints = endpoints;
    this.controlRules =
        new ControlRules(
            config.state().scope(),
            config
                .control()
                .keyFile()
                .map(file -> ControlKey.read("control.key-file", file))
                .orElse(null));
    this.reference =
        config.drift().sourceProfile().map(file -> ProfileFile.read(file, compiled.source()));
    this.initialState = config.state().initial().map(file -> InitialState.read(file, compiled));
  }

  /** The job on the topics that the configuration names. */
  public static AdaptationJob onKafka(JobConfig config, ModelFile model) {
    return new AdaptationJob(config, model, Endpoints.onKafka(config, Instant.now()));
  }

  public JobConfig config() {
    return config;
  }

  /** Adds the operators and the job's settings to an environment. */
  public void build(StreamExecutionEnvironment environment) {
    environment.configure(FlinkSettings.of(config));
    MetricsOptions metrics =
        new MetricsOptions(
            config.name(),
            config.recipe().expression(),
            config.metricsHost(),
            config.metricsPort());
    boolean watched = config.drift().window() > 0;
    DeadLetterWriter letters = new DeadLetterWriter(config.deadLetterPayload(), Instant::now);
    SingleOutputStreamOperator<StreamSample> decoded =
        decodedSamples(environment, letters, metrics);
    Optional<SingleOutputStreamOperator<ControlCommand>> commands =
        endpoints.control().map(source -> decodedCommands(environment, source, letters, metrics));
    Optional<SingleOutputStreamOperator<Order>> orders =
        commands.map(decodedOnes -> checkedOrders(decodedOnes, metrics));
    boolean fed = LabelledGuards.areFed(config);
    Optional<SingleOutputStreamOperator<LabelArrival>> labelled =
        endpoints
            .labels()
            .filter(source -> watched || fed)
            .map(source -> decodedLabels(environment, source, letters, metrics));
    SingleOutputStreamOperator<TracedPrediction> answered =
        (fed && labelled.isPresent() ? together(decoded, labelled.get()) : alone(decoded))
            .keyBy(key, Types.STRING)
            .connect(
                orders
                    .<DataStream<Order>>map(found -> found)
                    .orElseGet(() -> nothing(environment, "control", OrderSerializer.TYPE))
                    .broadcast())
            .transform(
                "adapt",
                StreamTypes.PREDICTION,
                new AdaptOperator(
                    program,
                    AdaptOptions.of(
                        config,
                        initialState,
                        new AdaptOptions.Watching(
                            watched,
                            reference.orElse(null),
                            config.drift().segmentBy().orElse(null),
                            config.drift().window()),
                        SnapshotOptions.of(config, program.modelVersion()),
                        fed && labelled.isPresent(),
                        metrics)))
            .uid("adapt");
    if (key.scope() == StateConfig.Scope.ALL) {
      if (config.parallelism() > 1) {
        LOG.warn(
            "state.scope is all: the step runs in one instance, parallelism {} holds for the rest",
            config.parallelism());
      }
      answered.setParallelism(1);
    }
    answered.sinkTo(endpoints.predictions()).name("predictions").uid("predictions");
    DataStream<DeadLetter> refused = decoded.getSideOutput(DecodeSamples.DEAD_LETTERS);
    DataStream<AuditEvent> audit = answered.getSideOutput(AdaptOperator.AUDIT);
    if (commands.isPresent()) {
      audit = audit.union(commands.get().getSideOutput(DecodeControl.AUDIT));
      audit = audit.union(orders.orElseThrow().getSideOutput(CheckOrders.AUDIT));
      refused = refused.union(commands.get().getSideOutput(DecodeControl.DEAD_LETTERS));
    }
    if (config.snapshots().store().isPresent()) {
      audit = audit.union(publish(answered, metrics).getSideOutput(SnapshotPublisher.AUDIT));
    }
    audit.sinkTo(endpoints.audit()).name("audit").uid("audit");
    if (labelled.isPresent()) {
      refused = refused.union(labelled.get().getSideOutput(DecodeLabels.DEAD_LETTERS));
    }
    if (watched) {
      watch(
          answered.getSideOutput(AdaptOperator.WATCHED),
          labelled
              .<DataStream<LabelArrival>>map(found -> found)
              .orElseGet(() -> nothing(environment, "labels", StreamTypes.LABEL)),
          metrics);
    }
    refused.sinkTo(endpoints.deadLetters()).name("dead-letters").uid("dead-letters");
  }

  /** Samples as they are, without a step in between. */
  @SuppressWarnings("unchecked") // Elements are only read from it.
  private static DataStream<StreamInput> alone(DataStream<? extends StreamInput> samples) {
    return (DataStream<StreamInput>) samples;
  }

  /** Labels find the state that answered their samples by the same key. */
  private static DataStream<StreamInput> together(
      DataStream<StreamSample> samples, DataStream<LabelArrival> labels) {
    return samples
        .map((MapFunction<StreamSample, StreamInput>) sample -> sample, StreamTypes.INPUT)
        .name("samples-to-answer")
        .uid("samples-to-answer")
        .union(
            labels
                .map((MapFunction<LabelArrival, StreamInput>) label -> label, StreamTypes.INPUT)
                .name("labels-to-guard")
                .uid("labels-to-guard"));
  }

  private SingleOutputStreamOperator<SnapshotAnnouncement> publish(
      SingleOutputStreamOperator<TracedPrediction> answered, MetricsOptions metrics) {
    SingleOutputStreamOperator<SnapshotAnnouncement> published =
        answered
            .getSideOutput(AdaptOperator.SNAPSHOTS)
            .transform(
                "publish-snapshots",
                StreamTypes.SNAPSHOT_ANNOUNCEMENT,
                new SnapshotPublisher(
                    PublishOptions.of(config.snapshots(), program.model()::bytes, metrics)))
            .uid("publish-snapshots")
            .setParallelism(answered.getParallelism());
    published.sinkTo(endpoints.snapshots()).name("snapshots").uid("snapshots");
    return published;
  }

  private SingleOutputStreamOperator<StreamSample> decodedSamples(
      StreamExecutionEnvironment environment, DeadLetterWriter letters, MetricsOptions metrics) {
    DataStream<RawRecord> records =
        environment
            .fromSource(
                endpoints.samples(),
                WatermarkStrategy.noWatermarks(),
                "samples",
                StreamTypes.RAW_RECORD)
            .uid("samples");
    SampleReader reader =
        new SampleReader(
            KafkaEndpoints.wire(config.kafka(), config.kafka().samples()), input, attributesRead());
    SingleOutputStreamOperator<StreamSample> decoded =
        config.payloads().areOn()
            ? FetchSamples.of(records, reader, config.payloads(), letters)
                .name("fetch")
                .uid("fetch")
                .process(new SplitSamples(metrics))
            : records.process(new DecodeSamples(reader, letters, metrics));
    return decoded.returns(StreamTypes.SAMPLE).name("decode").uid("decode");
  }

  /** Names of the samples' attributes that some operator looks at. */
  private Set<String> attributesRead() {
    Set<String> names = new TreeSet<>();
    key.attribute().ifPresent(names::add);
    config.drift().segmentBy().ifPresent(names::add);
    return names;
  }

  private SingleOutputStreamOperator<LabelArrival> decodedLabels(
      StreamExecutionEnvironment environment,
      Source<RawRecord, ?, ?> source,
      DeadLetterWriter letters,
      MetricsOptions metrics) {
    return environment
        .fromSource(source, WatermarkStrategy.noWatermarks(), "labels", StreamTypes.RAW_RECORD)
        .uid("labels")
        .process(
            new DecodeLabels(
                KafkaEndpoints.wire(config.kafka(), config.kafka().labels()),
                classes,
                letters,
                metrics))
        .returns(StreamTypes.LABEL)
        .name("decode-labels")
        .uid("decode-labels");
  }

  /** Of one instance, so that every command is seen by all in one order. */
  private SingleOutputStreamOperator<ControlCommand> decodedCommands(
      StreamExecutionEnvironment environment,
      Source<RawRecord, ?, ?> source,
      DeadLetterWriter letters,
      MetricsOptions metrics) {
    return environment
        .fromSource(source, WatermarkStrategy.noWatermarks(), "control", StreamTypes.RAW_RECORD)
        .setParallelism(1)
        .uid("control")
        .process(
            new DecodeControl(controlRules, program.modelVersion(), letters, metrics),
            StreamTypes.CONTROL_COMMAND)
        .setParallelism(1)
        .name("decode-control")
        .uid("decode-control");
  }

  /** Of one instance too, so that orders stay in order. */
  private SingleOutputStreamOperator<Order> checkedOrders(
      DataStream<ControlCommand> commands, MetricsOptions metrics) {
    ProgramCheck check =
        new ProgramCheck(
            program,
            config.name(),
            config.control().store().orElse(null),
            input,
            classes,
            BatchPolicy.of(config.batch()));
    return commands
        .transform(
            "check-orders", OrderSerializer.TYPE, new CheckOrders(program.spec(), check, metrics))
        .setParallelism(1)
        .uid("check-orders");
  }

  /** A stream without elements, where there is no source. */
  private static <T> DataStream<T> nothing(
      StreamExecutionEnvironment environment, String name, TypeInformation<T> type) {
    return environment
        .fromSequence(0, 0)
        .setParallelism(1)
        .uid("no-" + name)
        .flatMap((FlatMapFunction<Long, T>) (number, out) -> {}, type)
        .setParallelism(1)
        .uid("drop-" + name);
  }

  private void watch(
      DataStream<WatchedBatch> batches, DataStream<LabelArrival> labelled, MetricsOptions metrics) {
    WatchOptions options =
        new WatchOptions(
            config.drift().window(),
            classes,
            program.modelVersion(),
            reference.orElse(null),
            config.drift().detector(),
            config.drift().segmentBy().orElse(null),
            config.state().idleTimeout().toMillis(),
            config.drift().labelDelay().toMillis(),
            metrics);
    // Batches of a stream's own state leave their operator by stream: they need no shuffle.
    KeyedStream<WatchedBatch, String> byStream =
        key.scope() == StateConfig.Scope.STREAM
            ? DataStreamUtils.reinterpretAsKeyedStream(
                batches, WatchedBatch::streamId, Types.STRING)
            : batches.keyBy(WatchedBatch::streamId, Types.STRING);
    byStream
        .connect(labelled.keyBy(LabelArrival::streamId, Types.STRING))
        .process(new StreamWatch(options), StreamTypes.DRIFT_REPORT)
        .name("watch")
        .uid("stream-watch")
        .sinkTo(endpoints.driftReports())
        .name("drift")
        .uid("drift");
  }
}
