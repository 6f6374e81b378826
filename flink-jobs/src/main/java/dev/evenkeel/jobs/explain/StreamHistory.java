package dev.evenkeel.jobs.explain;

import dev.evenkeel.v1.AdaptationStatistics;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.DriftReport;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What the job wrote about one stream, by time.
 *
 * @param stream its name
 * @param windows reports on it
 * @param events what was done to it, or to the whole job, or refused
 */
public record StreamHistory(String stream, List<DriftReport> windows, List<AuditEvent> events) {
  public StreamHistory {
    windows = windows.stream().sorted(Comparator.comparing(DriftReport::getProducedAt)).toList();
    events = events.stream().sorted(Comparator.comparing(AuditEvent::getOccurredAt)).toList();
  }

  /** Whether nothing was written about the stream itself. */
  public boolean isEmpty() {
    return windows.isEmpty() && events.stream().noneMatch(event -> event.getStreamId() != null);
  }

  public long samples() {
    return windows.stream().mapToLong(DriftReport::getSamples).sum();
  }

  public long batches() {
    return windows.stream().mapToLong(DriftReport::getBatches).sum();
  }

  /** Steps that the state took. */
  public long updates() {
    return sum(AdaptationStatistics::getUpdates);
  }

  /** Batches that nothing was learned from though the recipe adapts. */
  public long skipped() {
    return sum(AdaptationStatistics::getSkipped);
  }

  /** Returns to the initial state. */
  public long resets() {
    return sum(AdaptationStatistics::getResets);
  }

  /** Batches that nothing was learned from, or after which the state went back, by reason. */
  public Map<String, Long> unlearned() {
    return windows.stream()
        .flatMap(window -> window.getUnlearnedBatches().entrySet().stream())
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey, TreeMap::new, Collectors.summingLong(Map.Entry::getValue)));
  }

  private long sum(ToLongFunction<AdaptationStatistics> figure) {
    return windows.stream()
        .map(DriftReport::getAdaptation)
        .filter(Objects::nonNull)
        .mapToLong(figure)
        .sum();
  }

  /**
   * Share of labelled samples that were answered wrongly.
   *
   * @param source whether the source model's answers are meant
   * @return null without labels
   */
  public Double errorRate(boolean source) {
    double wrong = 0;
    long labelled = 0;
    for (DriftReport window : windows) {
      Double error = Windows.errorRate(window, source);
      if (error != null) {
        wrong += error * window.getLiveAccuracy().getLabelled();
        labelled += window.getLiveAccuracy().getLabelled();
      }
    }
    return labelled == 0 ? null : wrong / labelled;
  }
}
