package dev.evenkeel.jobs.demo.report;

import dev.evenkeel.jobs.demo.result.DemoResult;
import dev.evenkeel.jobs.demo.result.Series;
import dev.evenkeel.jobs.demo.result.Verdict;
import dev.evenkeel.jobs.page.SelfContainedPage;
import java.io.IOException;
import java.util.Map;

/** Renders a result as one HTML page that needs nothing else. */
public final class HtmlReport {
  private static final SelfContainedPage PAGE = new SelfContainedPage(HtmlReport.class, "report");

  private HtmlReport() {}

  /**
   * @param result what to show
   * @param facts how the run was made, name to value, in the order shown
   * @return the page
   */
  public static String render(DemoResult result, Map<String, String> facts) throws IOException {
    return PAGE.render(
        Map.of(
            "result",
            result,
            "facts",
            facts,
            "verdict",
            Verdict.of(result),
            "window",
            Series.WINDOW),
        Map.of(
            "classNames", result.classNames(),
            "phases", result.phases(),
            "recipes", result.recipes(),
            "samples", result.samples(),
            "series", result.series()));
  }
}
