package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.it.grafana.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards mark what happened, and nothing else. */
class AnnotationsTest {
  private static final String ENDPOINT =
      "evenkeel_samples_received_total{job=\"line\",recipe=\"tent\",instance=\"tm:9250\"}";
  private static final String GUARD =
      "evenkeel_guard_actions_total{job=\"line\",recipe=\"tent\",instance=\"tm:9250\","
          + "guard=\"order\",action=\"reset\"}";
  private static final String ALARM =
      "evenkeel_drift_alarms_total{job=\"line\",recipe=\"tent\",instance=\"tm:9250\","
          + "detector=\"betting\",signal=\"unexplained\",event=\"covariate-shift\"}";
  private static final String MODEL =
      "evenkeel_model_info{job=\"line\",recipe=\"tent\",instance=\"tm:9250\",model=\"%s\"}";

  @TempDir Path directory;
  private Tool promtool;
  private int cases;

  @BeforeEach
  void findTool() {
    promtool = Tool.require("promtool", "prometheus");
  }

  @Test
  void whatACounterCountsIsMarkedOnceAndQuietIsNot() throws Exception {
    Map<String, String> series = Map.of(ENDPOINT, "0+10x60", GUARD, "0x30 1x30");
    requireMarked("Guard actions", series, "5m", 0);
    requireMarked("Guard actions", series, "7m45s", 1);
    requireMarked("Guard actions", series, "11m", 0);
    requireMarked("Commands", series, "7m45s", 0);
  }

  /** A counter whose labels nobody knows before begins with its first event. */
  @Test
  void theFirstOfItsKindIsMarked() throws Exception {
    Map<String, String> series = Map.of(ENDPOINT, "0+10x60", ALARM, "_x29 1x30");
    requireMarked("Drift alarms", series, "7m", 0);
    requireMarked("Drift alarms", series, "7m45s", 1);
    requireMarked("Drift alarms", series, "11m", 0);
  }

  @Test
  void aModelIsMarkedThatComesWhileTheJobRuns() throws Exception {
    Map<String, String> series =
        Map.of(
            ENDPOINT,
            "0+10x60",
            MODEL.formatted("sha256:1"),
            "1x60",
            MODEL.formatted("sha256:2"),
            "_x29 1x30");
    requireMarked("Models", series, "30s", 0);
    requireMarked("Models", series, "7m45s", 1);
    requireMarked("Models", series, "11m", 0);
  }

  /** All series come back at the same time, with what was counted before. */
  @Test
  void aGapInTheScrapesIsNoEvent() throws Exception {
    Map<String, String> series =
        Map.of(ENDPOINT, "0+10x10 _x40 500x30", ALARM, "3x10 _x40 3x30", GUARD, "3x10 _x40 3x30");
    for (String at : List.of("12m45s", "13m", "14m30s")) {
      requireMarked("Drift alarms", series, at, 0);
      requireMarked("Guard actions", series, at, 0);
    }
  }

  /**
   * Lets promtool evaluate an annotation.
   *
   * @param series values each quarter of a minute, in promtool's notation
   * @param marks series with a value then
   */
  private void requireMarked(String name, Map<String, String> series, String at, int marks)
      throws Exception {
    Annotation annotation =
        Annotation.ALL.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode file = mapper.createObjectNode().put("evaluation_interval", "15s");
    ObjectNode test = file.putArray("tests").addObject().put("interval", "15s");
    ArrayNode input = test.putArray("input_series");
    series.forEach((key, values) -> input.addObject().put("series", key).put("values", values));
    ObjectNode check = test.putArray("promql_expr_test").addObject();
    String expression = annotation.expression().replace("$__interval", "1m").replace("$job", ".+");
    check.put("expr", "count(" + expression + ")").put("eval_time", at);
    ArrayNode expected = check.putArray("exp_samples");
    if (marks > 0) {
      expected.addObject().put("labels", "{}").put("value", marks);
    }
    Path written = directory.resolve("case-" + cases++ + ".yaml");
    Files.writeString(written, mapper.writeValueAsString(file));
    Tool.Result result = promtool.run(Path.of("/dev/null"), "test", "rules", written.toString());
    assertThat(result.exitCode()).as("%s at %s: %s", name, at, result.output()).isZero();
  }
}
