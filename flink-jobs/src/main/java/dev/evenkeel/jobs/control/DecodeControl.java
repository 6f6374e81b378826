package dev.evenkeel.jobs.control;

import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.io.DeadLetterWriter;
import dev.evenkeel.jobs.io.RawRecord;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import dev.evenkeel.v1.DeadLetter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Lets the commands pass that are in order, each once; all others are refused on the audit topic.
 * For one instance, so that all see the commands in one order.
 */
public final class DecodeControl extends ProcessFunction<RawRecord, ControlCommand>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  public static final OutputTag<AuditEvent> AUDIT =
      new OutputTag<>("control-audit", StreamTypes.AUDIT_EVENT);
  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("control-dead-letters", StreamTypes.DEAD_LETTER);

  /** Identifiers that are remembered; older ones are taken for new. */
  private static final int REMEMBERED = 10_000;

  private static final ListStateDescriptor<String> SEEN =
      new ListStateDescriptor<>("seen-commands", StringSerializer.INSTANCE);

  private final ControlRules rules;
  private final String modelVersion;
  private final DeadLetterWriter letters;
  private final MetricsOptions metricsOptions;
  private transient Set<String> seen;
  private transient ListState<String> stored;
  private transient MessageDecoder<ControlCommand> decoder;
  private transient AuditTrail trail;
  private transient JobMetrics metrics;

  public DecodeControl(
      ControlRules rules,
      String modelVersion,
      DeadLetterWriter letters,
      MetricsOptions metricsOptions) {
    this.rules = rules;
    this.modelVersion = modelVersion;
    this.letters = letters;
    this.metricsOptions = metricsOptions;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    stored = context.getOperatorStateStore().getListState(SEEN);
    seen = new LinkedHashSet<>();
    stored.get().forEach(seen::add);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    stored.update(List.copyOf(seen));
  }

  @Override
  public void open(OpenContext context) {
    decoder = MessageDecoder.of(WireFormat.AVRO, ControlCommand.class);
    trail = new AuditTrail(modelVersion, StateConfig.Scope.ALL);
    metrics = JobMetrics.open(metricsOptions);
  }

  @Override
  public void processElement(RawRecord record, Context context, Collector<ControlCommand> out) {
    long now = context.timerService().currentProcessingTime();
    String place = "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    ControlCommand command;
    try {
      command = decoder.decode(record.value());
    } catch (DecodeException e) {
      metrics.deadLetter(e.reason().label());
      context.output(DEAD_LETTERS, letters.of(e, record));
      context.output(AUDIT, trail.unreadable(place, e.getMessage(), now));
      return;
    }
    List<String> problems = rules.problems(command);
    if (!problems.isEmpty()) {
      refuse(command, place, String.join("; ", problems), now, context);
    } else if (!remember(command.getCommandId())) {
      refuse(command, place, "a command of this command_id was taken before", now, context);
    } else {
      if (command.getScope() == ControlScope.ALL && !CheckOrders.checks(command)) {
        String taken = "taken; each stream tells of it, and those to come are born with it";
        context.output(AUDIT, trail.ofCommand(command, AuditStatus.APPLIED, taken, now));
      }
      out.collect(command);
    }
  }

  private void refuse(
      ControlCommand command, String place, String reason, long now, Context context) {
    AuditEvent event = trail.ofCommand(command, AuditStatus.REFUSED, reason, now);
    // Whoever is not authorised must not take the place of another's acknowledgement.
    event.setEventId(place);
    metrics.commanded(event.getAction(), event.getStatus().name());
    context.output(AUDIT, event);
  }

  private boolean remember(String id) {
    if (seen.size() >= REMEMBERED) {
      seen.remove(seen.iterator().next());
    }
    return seen.add(id);
  }

  @Override
  public void close() {
    if (metrics != null) {
      metrics.close();
    }
  }
}
