package dev.evenkeel.jobs.explain;

import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.DriftReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says in words what happened to a stream. */
public final class Explanation {
  private Explanation() {}

  /** Sentences, what was done most first. */
  public static List<String> of(StreamHistory history) {
    List<String> sentences = new ArrayList<>();
    if (!history.windows().isEmpty()) {
      sentences.add(adaptation(history));
      if (!history.unlearned().isEmpty()) {
        sentences.add("Why: " + counted(history.unlearned()) + ".");
      }
      accuracy(history, sentences);
      alarms(history, sentences);
    }
    events(history, sentences);
    return sentences;
  }

  private static String adaptation(StreamHistory history) {
    DriftReport last = history.windows().get(history.windows().size() - 1);
    return "%,d samples in %,d batches were answered by recipe %s: %,d adapted the state, %,d were skipped, %,d reset it."
        .formatted(
            history.samples(),
            history.batches(),
            last.getRecipe(),
            history.updates(),
            history.skipped(),
            history.resets());
  }

  private static void accuracy(StreamHistory history, List<String> sentences) {
    Double adapted = history.errorRate(false);
    Double source = history.errorRate(true);
    if (adapted == null) {
      sentences.add("No labels came, so nobody knows how many answers were right.");
    } else if (source == null) {
      sentences.add(
          "%s of the labelled samples were answered wrongly.".formatted(percent(adapted)));
    } else {
      sentences.add(
          "%s of the labelled samples were answered wrongly; the source model alone would have answered %s wrongly."
              .formatted(percent(adapted), percent(source)));
    }
  }

  private static void alarms(StreamHistory history, List<String> sentences) {
    Map<String, Long> alarms =
        history.windows().stream()
            .flatMap(window -> window.getAlarms().stream())
            .collect(
                Collectors.groupingBy(
                    alarm -> alarm.getEvent(), TreeMap::new, Collectors.counting()));
    if (!alarms.isEmpty()) {
      sentences.add("Change detectors raised " + counted(alarms) + ".");
    }
  }

  private static void events(StreamHistory history, List<String> sentences) {
    Map<String, Long> done = count(history, AuditStatus.APPLIED);
    Map<String, Long> refused = count(history, AuditStatus.REFUSED);
    Map<String, Long> failed = count(history, AuditStatus.FAILED);
    if (!done.isEmpty()) {
      sentences.add("Done to it or to the whole job: " + counted(done) + ".");
    }
    if (!refused.isEmpty()) {
      sentences.add("Refused: " + counted(refused) + ".");
    }
    if (!failed.isEmpty()) {
      sentences.add("Tried and failed: " + counted(failed) + ".");
    }
    standing(history).ifPresent(sentences::add);
  }

  private static Map<String, Long> count(StreamHistory history, AuditStatus status) {
    return history.events().stream()
        .filter(event -> event.getStatus() == status)
        .map(event -> event.getAction() + " by " + event.getCause())
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  /** What the stream does now, if somebody said so. */
  private static Optional<String> standing(StreamHistory history) {
    return history.events().stream()
        .filter(event -> event.getStatus() == AuditStatus.APPLIED)
        .filter(event -> List.of("freeze", "resume").contains(event.getAction()))
        .reduce((earlier, later) -> later)
        .filter(event -> event.getAction().equals("freeze"))
        .map(Explanation::frozen);
  }

  private static String frozen(AuditEvent event) {
    return "It is frozen since %s: %s.".formatted(event.getOccurredAt(), event.getReason());
  }

  private static String counted(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + (entry.getValue() > 1 ? " ×" + entry.getValue() : ""))
        .collect(Collectors.joining(", "));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
