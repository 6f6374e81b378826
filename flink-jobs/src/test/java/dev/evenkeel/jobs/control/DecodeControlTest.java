package dev.evenkeel.jobs.control;

import static dev.evenkeel.jobs.testing.Commands.toAll;
import static dev.evenkeel.jobs.testing.Commands.toStream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.io.ControlCommandSerializer;
import dev.evenkeel.jobs.io.DeadLetterWriter;
import dev.evenkeel.jobs.io.RawRecord;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.schemas.ControlSignature;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import dev.evenkeel.v1.Setting;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

/** Only commands that are in order pass, each once; all others are on record. */
class DecodeControlTest {
  private static final byte[] KEY = "sixteen bytes and more".getBytes(StandardCharsets.UTF_8);

  private long offset;

  @Test
  void passesCommandsOnceInTheirOrderAlsoAfterARestart() throws Exception {
    OperatorSubtaskState checkpoint;
    try (Harness harness = new Harness(null, null)) {
      harness.send(toStream("1", ControlAction.FREEZE, "a"));
      harness.send(toStream("2", ControlAction.RESUME, "a"));
      harness.send(toStream("1", ControlAction.FREEZE, "a"));
      assertThat(harness.passed()).containsExactly("1", "2");
      assertThat(harness.events())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getStatus()).isEqualTo(AuditStatus.REFUSED);
                assertThat(event.getReason()).contains("taken before");
              });
      checkpoint = harness.snapshot(1, 1);
    }
    try (Harness restored = new Harness(null, checkpoint)) {
      restored.send(toStream("2", ControlAction.RESUME, "a"));
      assertThat(restored.passed()).isEmpty();
    }
  }

  @Test
  void acknowledgesACommandToAll() throws Exception {
    try (Harness harness = new Harness(null, null)) {
      harness.send(toAll("1", ControlAction.FREEZE));
      assertThat(harness.events())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getStatus()).isEqualTo(AuditStatus.APPLIED);
                assertThat(event.getStreamId()).isNull();
                assertThat(event.getAuthor()).isEqualTo("tester");
              });
    }
  }

  @Test
  void refusesWhatIsNotSignedWithItsKey() throws Exception {
    ControlCommand unsigned = toStream("1", ControlAction.FREEZE, "a");
    ControlCommand forged = toStream("2", ControlAction.FREEZE, "a");
    new ControlSignature("another secret of some length".getBytes(StandardCharsets.UTF_8))
        .sign(forged);
    ControlCommand changed = toStream("3", ControlAction.FREEZE, "a");
    new ControlSignature(KEY).sign(changed);
    changed.setTarget("b");
    ControlCommand good = toStream("4", ControlAction.FREEZE, "a");
    new ControlSignature(KEY).sign(good);
    try (Harness harness = new Harness(KEY, null)) {
      for (ControlCommand command : List.of(unsigned, forged, changed, good)) {
        harness.send(command);
      }
      assertThat(harness.passed()).containsExactly("4");
      assertThat(harness.events())
          .hasSize(3)
          .allSatisfy(event -> assertThat(event.getReason()).contains("control.key-file"));
    }
  }

  @Test
  void buriesAndRecordsWhatIsNoCommand() throws Exception {
    try (Harness harness = new Harness(null, null)) {
      harness.send("freeze everything!".getBytes(StandardCharsets.UTF_8));
      harness.send(toStream("1", ControlAction.FREEZE, "a"));
      assertThat(harness.passed()).containsExactly("1");
      assertThat(harness.side(DecodeControl.DEAD_LETTERS)).hasSize(1);
      assertThat(harness.events())
          .singleElement()
          .satisfies(event -> assertThat(event.getStatus()).isEqualTo(AuditStatus.REFUSED));
    }
  }

  @Test
  void namesEverythingThatContradictsItself() throws Exception {
    ControlCommand command = toStream("", ControlAction.FREEZE, null);
    command.setAuthor("");
    command.setReference("sha256:0");
    command.setSettings(List.of(new Setting("a", "b")));
    command.setAtBatch(-1L);
    try (Harness harness = new Harness(null, null)) {
      harness.send(command);
      assertThat(harness.passed()).isEmpty();
      assertThat(harness.events().get(0).getReason())
          .contains("command_id is empty")
          .contains("author is empty")
          .contains("target is missing")
          .contains("reference is 'sha256:0'")
          .contains("settings are given")
          .contains("at_batch is -1");
    }
  }

  @Test
  void refusesAGroupWhereStatesBelongToStreams() throws Exception {
    ControlCommand command = toStream("1", ControlAction.FREEZE, "north");
    command.setScope(ControlScope.GROUP);
    try (Harness harness = new Harness(null, null)) {
      harness.send(command);
      assertThat(harness.events().get(0).getReason())
          .contains("scope is GROUP, expected STREAM or ALL");
    }
  }

  private final class Harness extends OneInputStreamOperatorTestHarness<RawRecord, ControlCommand> {
    Harness(byte[] key, OperatorSubtaskState checkpoint) throws Exception {
      super(
          new ProcessOperator<>(
              new DecodeControl(
                  new ControlRules(StateConfig.Scope.STREAM, key),
                  "model",
                  new DeadLetterWriter(1000, () -> Instant.EPOCH),
                  new MetricsOptions("test", "source", -1))));
      setup(new ControlCommandSerializer());
      if (checkpoint != null) {
        initializeState(checkpoint);
      }
      open();
    }

    void send(ControlCommand command) throws Exception {
      send(MessageEncoder.of(WireFormat.AVRO, ControlCommand.class).encode(command));
    }

    void send(byte[] value) throws Exception {
      processElement(new StreamRecord<>(new RawRecord("control", 0, offset++, 0, null, value)));
    }

    List<String> passed() {
      return extractOutputValues().stream().map(ControlCommand::getCommandId).toList();
    }

    List<AuditEvent> events() {
      return side(DecodeControl.AUDIT);
    }

    @Override
    public void close() {
      try {
        super.close();
      } catch (Exception e) {
        throw new IllegalStateException("The operator does not close", e);
      }
    }

    <T> List<T> side(OutputTag<T> tag) {
      Queue<StreamRecord<T>> records = getSideOutput(tag);
      return records == null ? List.of() : records.stream().map(StreamRecord::getValue).toList();
    }
  }
}
