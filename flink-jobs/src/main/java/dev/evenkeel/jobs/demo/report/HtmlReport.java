package dev.evenkeel.jobs.demo.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.evenkeel.jobs.demo.result.DemoResult;
import dev.evenkeel.jobs.demo.result.Series;
import dev.evenkeel.jobs.demo.result.Verdict;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * Renders a result as one HTML page that needs nothing else: styles, data and the chart library
 * (uPlot) lie inside, and the page forbids itself any network access.
 */
public final class HtmlReport {
  private static final JsonMapper JSON = new JsonMapper();

  private HtmlReport() {}

  /**
   * @param result what to show
   * @param facts how the run was made, name to value, in the order shown
   * @return the page
   */
  public static String render(DemoResult result, Map<String, String> facts) throws IOException {
    StringWriter page = new StringWriter();
    try {
      configuration()
          .getTemplate("report.ftlh")
          .process(
              Map.of(
                  "result",
                  result,
                  "facts",
                  facts,
                  "verdict",
                  Verdict.of(result),
                  "window",
                  Series.WINDOW,
                  "data",
                  scriptSafe(result),
                  "css",
                  library("dist/uPlot.min.css") + resource("report/report.css"),
                  "js",
                  library("dist/uPlot.iife.min.js") + resource("report/report.js"),
                  "licence",
                  library("LICENSE")),
              page);
    } catch (TemplateException e) {
      throw new IOException("Cannot render the report: " + e.getMessage(), e);
    }
    return page.toString();
  }

  private static Configuration configuration() {
    // From version 2.3.33 on the components of records are read like properties.
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(HtmlReport.class, "");
    configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
    configuration.setLocale(Locale.US);
    configuration.setLogTemplateExceptions(false);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    return configuration;
  }

  /** The numbers of the charts, such that they cannot end the script element they lie in. */
  private static String scriptSafe(DemoResult result) throws JsonProcessingException {
    return JSON.writeValueAsString(
            Map.of(
                "classNames", result.classNames(),
                "phases", result.phases(),
                "recipes", result.recipes(),
                "samples", result.samples(),
                "series", result.series()))
        .replace("<", "\\u003c");
  }

  private static String library(String file) throws IOException {
    Properties coordinates = new Properties();
    try (InputStream properties = open("/META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
      coordinates.load(properties);
    }
    return text(
        "/META-INF/resources/webjars/uplot/" + coordinates.getProperty("version") + "/" + file);
  }

  private static String resource(String file) throws IOException {
    return text("/dev/evenkeel/jobs/demo/" + file);
  }

  private static String text(String path) throws IOException {
    try (InputStream content = open(path)) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String path) throws FileNotFoundException {
    InputStream content = HtmlReport.class.getResourceAsStream(path);
    if (content == null) {
      throw new FileNotFoundException("The class path lacks " + path + ", needed for the report");
    }
    return content;
  }
}
