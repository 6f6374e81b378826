package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.evenkeel.jobs.demo.result.DemoResult;
import dev.evenkeel.jobs.demo.result.SimulatedRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoSummaryTest {
  private static final Path REPORT = Path.of("/tmp/report.html");

  @TempDir Path directory;
  private DemoResult result;

  @BeforeEach
  void simulate() throws IOException {
    result = SimulatedRun.result(directory, 1000);
  }

  @Test
  void jsonHasTheErrorsOverallAndPerPhase() throws IOException {
    JsonNode json = new JsonMapper().readTree(Json.line(DemoSummary.json(result, REPORT)));
    assertThat(json.at("/error_rate").asDouble()).isEqualTo(0.2);
    assertThat(json.at("/source_error_rate").asDouble()).isEqualTo(0.3);
    assertThat(json.at("/phases").size()).isEqualTo(2);
    assertThat(json.at("/phases/1/name").asText()).isEqualTo("fog");
    assertThat(json.at("/phases/1/recipe_error_rates/unmix-tns").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/visible_latency_ms/p50").asInt()).isBetween(520, 529);
    assertThat(json.at("/report").asText()).isEqualTo("/tmp/report.html");
  }

  @Test
  void textHasATableAndThePlainTruth() {
    assertThat(DemoSummary.text(result, REPORT))
        .containsPattern("fog +1000 +50\\.0 % +20\\.0 % +50\\.0 %")
        .containsPattern("whole stream +2000 +30\\.0 % +20\\.0 % +27\\.5 %")
        .contains("ema-bn is worse than the source model in: clean (+10.0 points).")
        .contains("/tmp/report.html");
  }
}
