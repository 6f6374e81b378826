package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.control.AuditTrail;
import dev.evenkeel.jobs.control.ControlKey;
import dev.evenkeel.jobs.control.ControlRules;
import dev.evenkeel.jobs.control.TrialSettings;
import dev.evenkeel.schemas.ControlSignature;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import dev.evenkeel.v1.Setting;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Sends a command to a running job and waits until it tells what became of it. */
@Command(
    name = "control",
    sortOptions = false,
    description = {
      "Sends a command to the streams of a running job and waits for the acknowledgement.",
      "freeze: go on answering, stop adapting. resume: adapt again. reset: back to the initial"
          + " state. rollback: back to a snapshot, the last good one unless one is named, or to the"
          + " model of before. swap: change the model, at once or on trial. set: change settings of"
          + " the recipe. promote: let the model on trial serve all."
    })
final class ControlTopicCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      converter = ActionConverter.class,
      description = "freeze, resume, reset, rollback, swap, set or promote.")
  private ControlAction action;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Address address;

  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--topic",
      paramLabel = "T",
      defaultValue = "evenkeel.control",
      description = "Default: ${DEFAULT-VALUE}.")
  private String topic;

  @Option(
      names = "--audit-topic",
      paramLabel = "A",
      defaultValue = "evenkeel.audit",
      description = "Acknowledgements come there. Default: ${DEFAULT-VALUE}.")
  private String auditTopic;

  @Option(
      names = {"--snapshot", "--model"},
      paramLabel = "REF",
      description = "Snapshot of a rollback, or model of a swap, as the model store names it.")
  private String reference;

  @Option(
      names = "--model-before",
      description =
          "Roll back the model: end a trial, or where there is none let serve what served before.")
  private boolean modelBefore;

  @Option(
      names = "--canary",
      paramLabel = "SHARE",
      description = "With swap: a trial, the model serves this share of streams, in (0, 1].")
  private Double canary;

  @Option(
      names = "--shadow",
      paramLabel = "SHARE",
      description =
          "With swap: a trial, the model answers this share of batches unseen, in (0, 1]; metrics"
              + " compare.")
  private Double shadow;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "A setting of the recipe to change; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--at-batch",
      paramLabel = "N",
      description =
          "First batch of the stream, from 0, that the command is for. Default: the next.")
  private Long atBatch;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      defaultValue = "${sys:user.name}",
      description = "Who gives the command, for the audit. Default: ${DEFAULT-VALUE}.")
  private String author;

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why, for the audit.")
  private String comment = "";

  @Option(
      names = "--key-file",
      paramLabel = "F",
      description = "Secret to sign with, the job's control.key-file.")
  private Path keyFile;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long to wait for the acknowledgement; 0 not to. Default: ${DEFAULT-VALUE}.")
  private double wait;

  @Option(names = "--json", description = "Print the acknowledgements as one JSON object.")
  private boolean json;

  /** To whom. */
  private static final class Address {
    @Option(names = "--stream", paramLabel = "S", required = true, description = "One stream.")
    private String stream;

    @Option(
        names = "--group",
        paramLabel = "G",
        required = true,
        description = "One group, where state.scope is group.")
    private String group;

    @Option(names = "--all", required = true, description = "All streams, also those to come.")
    private boolean all;

    ControlScope scope() {
      if (all) {
        return ControlScope.ALL;
      }
      return stream != null ? ControlScope.STREAM : ControlScope.GROUP;
    }

    String target() {
      return stream != null ? stream : group;
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    ControlCommand command = command();
    kafka.requireBroker();
    try (AuditReader audit = new AuditReader(kafka, auditTopic)) {
      send(command);
      List<AuditEvent> told = wait > 0 ? await(command, audit) : List.of();
      print(command, told);
      return told.stream().allMatch(event -> event.getStatus() == AuditStatus.APPLIED) ? 0 : 1;
    }
  }

  private ControlCommand command() {
    check();
    Map<String, String> given = new LinkedHashMap<>(settings);
    putShare(given, TrialSettings.CANARY, canary);
    putShare(given, TrialSettings.SHADOW, shadow);
    ControlCommand command =
        ControlCommand.newBuilder()
            .setCommandId(UUID.randomUUID().toString())
            .setAction(action)
            .setScope(address.scope())
            .setTarget(address.target())
            .setReference(modelBefore ? ControlRules.MODEL_BEFORE : reference)
            .setSettings(
                given.entrySet().stream()
                    .map(entry -> new Setting(entry.getKey(), entry.getValue()))
                    .collect(Collectors.toCollection(ArrayList::new)))
            .setAtBatch(atBatch)
            .setAuthor(author)
            .setComment(comment)
            .setIssuedAt(Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS))
            .build();
    if (keyFile != null) {
      new ControlSignature(ControlKey.read("--key-file", keyFile)).sign(command);
    }
    return command;
  }

  private static void putShare(Map<String, String> settings, String key, Double share) {
    if (share != null) {
      settings.put(key, share.toString());
    }
  }

  private void checkTrial() {
    boolean asked = canary != null || shadow != null;
    if (asked && (action != ControlAction.SWAP || !address.all)) {
      throw usage("--canary and --shadow are for swap --all");
    }
    if (canary != null && shadow != null) {
      throw usage("--canary and --shadow are both given, expected one");
    }
    Double share = canary != null ? canary : shadow;
    if (share != null && !(share > 0 && share <= 1)) {
      throw usage("the share of the trial is " + share + ", expected more than 0 and at most 1");
    }
    if (modelBefore && (action != ControlAction.ROLL_BACK || reference != null)) {
      throw usage("--model-before is for rollback, without --snapshot");
    }
    if (action == ControlAction.PROMOTE && !address.all) {
      throw usage("promote is for --all: a trial is one of all streams");
    }
    if (action == ControlAction.ROLL_BACK && atBatch != null) {
      throw usage("--at-batch is " + atBatch + ", but rollback takes none");
    }
  }

  private void check() {
    checkTrial();
    boolean refers =
        List.of(ControlAction.ROLL_BACK, ControlAction.SWAP, ControlAction.PROMOTE)
            .contains(action);
    if (reference != null && !refers) {
      throw usage("--snapshot or --model is " + reference + ", but " + name() + " takes none");
    }
    if (reference == null && action == ControlAction.SWAP) {
      throw usage("--model is missing, expected the model to change to");
    }
    if (settings.isEmpty() == (action == ControlAction.SET)) {
      throw usage(
          action == ControlAction.SET
              ? "--set is missing, expected key=value"
              : "--set is " + settings + ", but " + name() + " takes none");
    }
    if (wait < 0) {
      throw usage("--wait is " + wait + ", expected at least 0");
    }
    if (atBatch != null && (atBatch < 0 || address.all)) {
      throw usage(
          "--at-batch is "
              + atBatch
              + (address.all
                  ? ", but batches are numbered by stream: name one instead of --all"
                  : ", expected at least 0"));
    }
  }

  private String name() {
    return AuditTrail.label(action);
  }

  private void send(ControlCommand command) throws InterruptedException {
    byte[] value = MessageEncoder.of(WireFormat.AVRO, ControlCommand.class).encode(command);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.client(Map.of("acks", "all")),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      // Always the same partition, else commands could overtake one another.
      producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
    } catch (ExecutionException e) {
      throw new CommandFailure(
          "The command was not accepted by the broker: "
              + e.getCause().getMessage()
              + "; check --topic and the rights to write to it",
          e);
    }
  }

  /** The first acknowledgements; more may come where many streams are meant. */
  private List<AuditEvent> await(ControlCommand command, AuditReader audit) {
    long limit = System.nanoTime() + (long) (wait * 1e9);
    while (System.nanoTime() < limit) {
      List<AuditEvent> told =
          audit.poll().stream()
              .filter(event -> command.getCommandId().equals(event.getCommandId()))
              .toList();
      if (!told.isEmpty()) {
        return told;
      }
    }
    throw new CommandFailure(
        "No acknowledgement within "
            + wait
            + " s. The command "
            + command.getCommandId()
            + " stays in "
            + topic
            + " and is obeyed when a job reads it; is one running, with this topic, and is "
            + auditTopic
            + " its audit topic? Answers become visible with its next checkpoint");
  }

  private void print(ControlCommand command, List<AuditEvent> told) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("command_id", command.getCommandId());
      fields.put("acknowledgements", told.stream().map(ControlTopicCommand::fields).toList());
      spec.commandLine().getOut().println(Json.line(fields));
      return;
    }
    spec.commandLine().getOut().println("command " + command.getCommandId());
    for (AuditEvent event : told) {
      spec.commandLine()
          .getOut()
          .printf(
              "%s %s%s: %s%n",
              event.getStatus().name().toLowerCase(Locale.ROOT),
              event.getAction(),
              event.getStreamId() == null ? "" : " " + event.getStreamId(),
              event.getReason());
    }
  }

  private static Map<String, Object> fields(AuditEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("stream_id", event.getStreamId());
    fields.put("group", event.getGroup());
    fields.put("action", event.getAction());
    fields.put("status", event.getStatus().name());
    fields.put("reason", event.getReason());
    fields.put("batch", event.getBatch());
    return fields;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Reads an action's name. */
  static final class ActionConverter implements ITypeConverter<ControlAction> {
    @Override
    public ControlAction convert(String text) {
      return Arrays.stream(ControlAction.values())
          .filter(action -> AuditTrail.label(action).replace("-", "").equals(text.replace("-", "")))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected freeze, resume, reset, rollback, swap, set or promote but was '"
                          + text
                          + "'"));
    }
  }
}
