package dev.evenkeel.jobs.demo.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.evenkeel.jobs.demo.result.DemoResult;
import dev.evenkeel.jobs.demo.result.SimulatedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  @TempDir Path directory;
  private DemoResult result;
  private String page;

  @BeforeEach
  void render() throws IOException {
    result = SimulatedRun.result(directory, 1000);
    page = HtmlReport.render(result, Map.of("seed", "</script><b>1 & 2"));
  }

  @Test
  void holdsTheNumbersOfEveryChart() throws IOException {
    Matcher matcher = DATA.matcher(page);
    assertThat(matcher.find()).isTrue();
    JsonNode data = new JsonMapper().readTree(matcher.group(1));
    assertThat(data.at("/series/positions").size()).isEqualTo(result.series().positions().size());
    assertThat(data.at("/series/recipes/0/errorRates/0").asDouble())
        .isEqualTo(result.series().recipes().get(0).errorRates().get(0));
    assertThat(data.at("/classNames/0").asText()).isEqualTo("T-shirt/top");
    assertThat(data.at("/phases/1/name").asText()).isEqualTo("fog");
  }

  @Test
  void saysWhereAdaptationIsWorse() {
    assertThat(page)
        .contains("ema-bn is worse than the source model in: clean (+10.0 points).")
        .contains("<td class=\"worse\" title=\"worse than the source model\">20.0");
  }

  @Test
  void loadsNothingFromElsewhere() {
    assertThat(page).contains("default-src 'none'");
    assertThat(page).doesNotContainPattern("(?i)(src|href)\\s*=\\s*[\"']?(https?:)?//");
    assertThat(page)
        .doesNotContainPattern("(?i)(@import|url\\(|fetch\\(|XMLHttpRequest|<link|<img)");
  }

  @Test
  void bringsTheChartLibraryWithItsLicence() {
    assertThat(page).contains("uPlot=").contains("Permission is hereby granted");
  }

  @Test
  void escapesFacts() {
    assertThat(page).contains("&lt;/script&gt;&lt;b&gt;1 &amp; 2").doesNotContain("<b>1 & 2");
  }
}
