package dev.evenkeel.jobs.step;

import static org.awaitility.Awaitility.await;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.control.CheckOrders;
import dev.evenkeel.jobs.control.Order;
import dev.evenkeel.jobs.control.OrderSerializer;
import dev.evenkeel.jobs.io.InputSpec;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.store.StoreLocation;
import dev.evenkeel.store.ManifestDraft;
import dev.evenkeel.store.ModelStore;
import dev.evenkeel.store.Preprocessing;
import dev.evenkeel.store.TensorDescription;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.ControlCommand;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** Where commands become orders, against a real store. */
final class OrderDesk implements AutoCloseable {
  static final BatchPolicy BATCHES = new BatchPolicy(false, 4, 0);

  private final OneInputStreamOperatorTestHarness<ControlCommand, Order> harness;
  private int orders;
  private int events;

  OrderDesk(ProgramFactory own, StoreLocation store, OperatorSubtaskState checkpoint)
      throws Exception {
    ProgramCheck check =
        new ProgramCheck(
            own,
            "job",
            store,
            InputSpec.of(own.compile().source()),
            own.compile().source().classes(),
            BATCHES);
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new CheckOrders(own.spec(), check, new MetricsOptions("test", own.recipe(), -1)));
    harness.setup(new OrderSerializer());
    if (checkpoint != null) {
      harness.initializeState(checkpoint);
    }
    harness.open();
  }

  /** Puts a model into a store, without a look at it. */
  static String put(StoreLocation store, String name, byte[] model) throws IOException {
    ManifestDraft draft =
        new ManifestDraft(
            17,
            8,
            new TensorDescription("input", "float32", List.of(-1L, 1L)),
            10,
            List.of(),
            new Preprocessing(1, List.of(), List.of(), ""),
            Map.of(),
            null,
            "");
    return new ModelStore(store.open(), Clock.systemUTC())
        .importModel(name, model, draft)
        .manifest()
        .digest()
        .toString();
  }

  /** Hands a command in, without waiting. */
  void hand(ControlCommand command) throws Exception {
    harness.processElement(new StreamRecord<>(command));
  }

  /** Hands a command in, and waits for what comes of it. */
  List<Order> take(ControlCommand command) throws Exception {
    hand(command);
    return next();
  }

  /** The next orders, or none if the command was refused. */
  List<Order> next() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              harness.setProcessingTime(harness.getProcessingTime() + 20);
              return harness.extractOutputValues().size() > orders || audit().size() > events;
            });
    List<Order> all = harness.extractOutputValues();
    List<Order> fresh = new ArrayList<>(all.subList(orders, all.size()));
    orders = all.size();
    events = audit().size();
    return fresh;
  }

  List<AuditEvent> audit() {
    var found = harness.getSideOutput(CheckOrders.AUDIT);
    return found == null
        ? List.of()
        : found.stream().map(StreamRecord<AuditEvent>::getValue).toList();
  }

  AuditEvent lastEvent() {
    return audit().get(audit().size() - 1);
  }

  OperatorSubtaskState checkpoint() throws Exception {
    return harness.snapshot(1, 1);
  }

  @Override
  public void close() {
    try {
      harness.close();
    } catch (Exception e) {
      throw new IllegalStateException("The operator does not close", e);
    }
  }
}
