package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.explain.Explanation;
import dev.evenkeel.jobs.explain.HistoryPage;
import dev.evenkeel.jobs.explain.StreamHistory;
import dev.evenkeel.jobs.explain.Windows;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.DriftReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells what was adapted in a stream, what was done to it, and why. */
@Command(
    name = "explain",
    sortOptions = false,
    description =
        "Tells what was adapted in a stream, and why it was reset, frozen or refused, from the"
            + " audit and the drift topic.")
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(names = "--stream", paramLabel = "S", required = true, description = "The stream.")
  private String stream;

  @Option(
      names = "--audit-topic",
      paramLabel = "A",
      defaultValue = "evenkeel.audit",
      description = "Default: ${DEFAULT-VALUE}.")
  private String auditTopic;

  @Option(
      names = "--drift-topic",
      paramLabel = "D",
      defaultValue = "evenkeel.drift",
      description = "Default: ${DEFAULT-VALUE}.")
  private String driftTopic;

  @Option(
      names = "--html",
      paramLabel = "F.html",
      description = "Also write a page with the stream's curves there.")
  private Path html;

  @Option(names = "--json", description = "Print the history as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    kafka.requireBroker();
    StreamHistory history = read();
    if (history.isEmpty()) {
      throw new CommandFailure(
          "Neither %s nor %s holds anything about stream '%s'; check the name and the topics. A stream is reported on after drift.window answers"
              .formatted(driftTopic, auditTopic, stream));
    }
    List<String> sentences = Explanation.of(history);
    if (html != null) {
      Files.writeString(html, HistoryPage.render(history, sentences));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(fields(history, sentences)));
    } else {
      print(history, sentences, out);
    }
    return 0;
  }

  private StreamHistory read() {
    List<DriftReport> windows = new ArrayList<>();
    List<AuditEvent> events = new ArrayList<>();
    try (TopicScan topics = new TopicScan(kafka)) {
      topics.read(
          driftTopic,
          MessageDecoder.of(WireFormat.AVRO, DriftReport.class),
          report -> {
            if (report.getStreamId().equals(stream)) {
              windows.add(report);
            }
          });
      topics.read(
          auditTopic,
          MessageDecoder.of(WireFormat.AVRO, AuditEvent.class),
          event -> {
            boolean ofTheJob = event.getStreamId() == null && event.getGroup() == null;
            if (ofTheJob || stream.equals(event.getStreamId())) {
              events.add(event);
            }
          });
    }
    return new StreamHistory(stream, windows, events);
  }

  private static void print(StreamHistory history, List<String> sentences, PrintWriter out) {
    sentences.forEach(out::println);
    if (!history.events().isEmpty()) {
      out.println();
      for (AuditEvent event : history.events()) {
        out.printf(
            "%s  %s %s by %s%s: %s%n",
            event.getOccurredAt(),
            event.getAction(),
            event.getStatus().name().toLowerCase(Locale.ROOT),
            event.getCause(),
            event.getAuthor() == null ? "" : " (" + event.getAuthor() + ")",
            event.getReason());
      }
    }
    if (!history.windows().isEmpty()) {
      out.println();
      out.println(table(history));
    }
  }

  private static TextTable table(StreamHistory history) {
    TextTable table =
        new TextTable("window", "samples", "adapted", "skipped", "error", "source", "entropy");
    for (DriftReport window : history.windows()) {
      boolean adapts = window.getAdaptation() != null;
      table.row(
          window.getProducedAt().toString(),
          Long.toString(window.getSamples()),
          adapts ? Long.toString(window.getAdaptation().getUpdates()) : "-",
          adapts ? Long.toString(window.getAdaptation().getSkipped()) : "-",
          percent(Windows.errorRate(window, false)),
          percent(Windows.errorRate(window, true)),
          String.format(Locale.ROOT, "%.3f", window.getEmitted().getMeanEntropy()));
    }
    return table;
  }

  private static Map<String, Object> fields(StreamHistory history, List<String> sentences) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("stream_id", history.stream());
    fields.put("sentences", sentences);
    fields.put("windows", history.windows().size());
    fields.put("samples", history.samples());
    fields.put("updates", history.updates());
    fields.put("skipped", history.skipped());
    fields.put("resets", history.resets());
    fields.put("error_rate", history.errorRate(false));
    fields.put("source_error_rate", history.errorRate(true));
    fields.put("events", history.events().stream().map(ExplainCommand::fields).toList());
    return fields;
  }

  private static Map<String, Object> fields(AuditEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("occurred_at", event.getOccurredAt().toString());
    fields.put("action", event.getAction());
    fields.put("status", event.getStatus().name());
    fields.put("cause", event.getCause());
    fields.put("author", event.getAuthor());
    fields.put("batch", event.getBatch());
    fields.put("reason", event.getReason());
    return fields;
  }

  private static String percent(Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
