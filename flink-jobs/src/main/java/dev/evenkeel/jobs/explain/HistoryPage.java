package dev.evenkeel.jobs.explain;

import dev.evenkeel.jobs.page.SelfContainedPage;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.DriftReport;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Shows the history of a stream as one HTML page. */
public final class HistoryPage {
  private static final SelfContainedPage PAGE = new SelfContainedPage(HistoryPage.class, "history");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private HistoryPage() {}

  /**
   * @param sentences what happened, in words
   * @return the page
   */
  public static String render(StreamHistory history, List<String> sentences) throws IOException {
    Map<String, Object> model = new HashMap<>();
    model.put("stream", history.stream());
    model.put("sentences", sentences);
    model.put("windows", history.windows().stream().map(HistoryPage::row).toList());
    model.put("events", history.events().stream().map(HistoryPage::row).toList());
    return PAGE.render(model, data(history));
  }

  /** Columns of the charts, one value a window; times in seconds. */
  private static Map<String, Object> data(StreamHistory history) {
    Map<String, Object> data = new HashMap<>();
    data.put("times", column(history, w -> w.getProducedAt().toEpochMilli() / 1000.0));
    data.put("error", column(history, w -> Windows.errorRate(w, false)));
    data.put("sourceError", column(history, w -> Windows.errorRate(w, true)));
    data.put("agreement", column(history, Windows::agreement));
    data.put("entropy", column(history, w -> w.getEmitted().getMeanEntropy()));
    data.put("sourceEntropy", column(history, Windows::sourceEntropy));
    data.put("distance", column(history, Windows::parameterDistance));
    data.put(
        "events",
        history.events().stream()
            .map(
                event ->
                    Map.of(
                        "time", event.getOccurredAt().toEpochMilli() / 1000.0,
                        "action", event.getAction(),
                        "applied", event.getStatus().name().equals("APPLIED")))
            .toList());
    return data;
  }

  private static List<Double> column(StreamHistory history, Function<DriftReport, Double> figure) {
    List<Double> column = new ArrayList<>();
    history.windows().forEach(window -> column.add(figure.apply(window)));
    return column;
  }

  private static Map<String, Object> row(DriftReport window) {
    Map<String, Object> row = new HashMap<>();
    row.put("time", TIME.format(window.getProducedAt()));
    row.put("samples", window.getSamples());
    row.put("updates", window.getAdaptation() == null ? 0 : window.getAdaptation().getUpdates());
    row.put("skipped", window.getAdaptation() == null ? 0 : window.getAdaptation().getSkipped());
    row.put("resets", window.getAdaptation() == null ? 0 : window.getAdaptation().getResets());
    row.put("error", Windows.errorRate(window, false));
    row.put("sourceError", Windows.errorRate(window, true));
    row.put("agreement", Windows.agreement(window));
    row.put("entropy", window.getEmitted().getMeanEntropy());
    row.put("alarms", String.join(", ", Windows.alarms(window)));
    return row;
  }

  private static Map<String, Object> row(AuditEvent event) {
    Map<String, Object> row = new HashMap<>();
    row.put("time", TIME.format(event.getOccurredAt()));
    row.put("action", event.getAction());
    row.put("status", event.getStatus().name().toLowerCase(Locale.ROOT));
    row.put("cause", event.getCause());
    row.put("author", event.getAuthor());
    row.put("batch", event.getBatch());
    row.put("reason", event.getReason());
    return row;
  }
}
