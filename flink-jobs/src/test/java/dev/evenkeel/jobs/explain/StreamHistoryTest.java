package dev.evenkeel.jobs.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.evenkeel.v1.AdaptationStatistics;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.LiveAccuracy;
import dev.evenkeel.v1.PredictionStatistics;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StreamHistoryTest {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  private final StreamHistory history =
      new StreamHistory(
          "<b>north</b>",
          List.of(window(2, 100, 0.7, 0.5), window(1, 300, 0.9, 0.8)),
          List.of(event(3, "resume"), event(2, "freeze")));

  @Test
  void weighsErrorsByTheLabelsThatCame() {
    assertThat(history.errorRate(false)).isCloseTo(0.15, within(1e-12));
    assertThat(history.errorRate(true)).isCloseTo(0.275, within(1e-12));
  }

  @Test
  void saysWhatHappened() {
    assertThat(Explanation.of(history))
        .contains(
            "2,000 samples in 40 batches were answered by recipe ema-bn: 30 adapted the state, 8 were skipped, 2 reset it.",
            "Why: reset guard-order ×2, skipped fallen-back ×8.",
            "15.0 % of the labelled samples were answered wrongly; the source model alone would have answered 27.5 % wrongly.",
            "Done to it or to the whole job: freeze by control, resume by control.")
        .noneMatch(sentence -> sentence.contains("frozen since"));
  }

  @Test
  void saysThatAStreamIsFrozen() {
    StreamHistory frozen = new StreamHistory("a", List.of(), List.of(event(2, "freeze")));
    assertThat(Explanation.of(frozen))
        .contains("It is frozen since 1970-01-01T00:00:02Z: because.");
  }

  @Test
  void thePageHoldsTheCurvesInOrderAndNobodysMarkup() throws IOException {
    String page = HistoryPage.render(history, Explanation.of(history));
    assertThat(page)
        .doesNotContain("<b>north")
        .contains("&lt;b&gt;north")
        .contains("default-src 'none'");
    Matcher matcher = DATA.matcher(page);
    assertThat(matcher.find()).isTrue();
    JsonNode data = new JsonMapper().readTree(matcher.group(1));
    assertThat(data.at("/times/0").asDouble()).isEqualTo(1);
    assertThat(data.at("/sourceError/1").asDouble()).isEqualTo(0.5);
    assertThat(data.at("/distance/0").isNull()).isTrue();
    assertThat(data.at("/events/0/action").asText()).isEqualTo("freeze");
  }

  private static DriftReport window(long second, long labelled, double accuracy, double source) {
    DriftReport report = new DriftReport();
    report.setProducedAt(Instant.ofEpochSecond(second));
    report.setSamples(1000);
    report.setBatches(20);
    report.setRecipe("ema-bn");
    report.setAlarms(List.of());
    PredictionStatistics emitted = new PredictionStatistics();
    emitted.setMeanEntropy(0.5);
    report.setEmitted(emitted);
    AdaptationStatistics adaptation = new AdaptationStatistics();
    adaptation.setUpdates(15);
    adaptation.setSkipped(4);
    adaptation.setResets(1);
    report.setAdaptation(adaptation);
    report.setUnlearnedBatches(Map.of("skipped fallen-back", 4L, "reset guard-order", 1L));
    LiveAccuracy live = new LiveAccuracy();
    live.setLabelled(labelled);
    live.setAccuracy(accuracy);
    live.setSourceAccuracy(source);
    report.setLiveAccuracy(live);
    return report;
  }

  private static AuditEvent event(long second, String action) {
    AuditEvent event = new AuditEvent();
    event.setEventId(action);
    event.setStreamId("north");
    event.setAction(action);
    event.setStatus(AuditStatus.APPLIED);
    event.setCause("control");
    event.setReason("because");
    event.setOccurredAt(Instant.ofEpochSecond(second));
    return event;
  }
}
