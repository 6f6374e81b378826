package dev.evenkeel.jobs.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * One HTML page that needs nothing else: styles, data and the chart library (uPlot) lie inside, and
 * the page forbids itself any network access.
 *
 * @param owner class beside whose resources template and script lie
 * @param name of both: {@code NAME.ftlh} and {@code NAME.js}
 */
public record SelfContainedPage(Class<?> owner, String name) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Renders the page.
   *
   * @param model what the template shows, by name
   * @param data numbers of the charts, which the script reads from the element {@code data}
   */
  public String render(Map<String, Object> model, Object data) throws IOException {
    Map<String, Object> all = new HashMap<>(model);
    all.put("data", scriptSafe(data));
    all.put("css", library("dist/uPlot.min.css") + text(SelfContainedPage.class, "page.css"));
    all.put("js", library("dist/uPlot.iife.min.js") + text(owner, name + ".js"));
    all.put("licence", library("LICENSE"));
    StringWriter page = new StringWriter();
    try {
      configuration().getTemplate(name + ".ftlh").process(all, page);
    } catch (TemplateException e) {
      throw new IOException("Cannot render the page '" + name + "': " + e.getMessage(), e);
    }
    return page.toString();
  }

  private Configuration configuration() {
    // From version 2.3.33 on the components of records are read like properties.
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(owner, "");
    configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
    configuration.setLocale(Locale.US);
    configuration.setLogTemplateExceptions(false);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    return configuration;
  }

  /** Such that it cannot end the script element it lies in. */
  private static String scriptSafe(Object data) throws JsonProcessingException {
    return JSON.writeValueAsString(data).replace("<", "\\u003c");
  }

  private static String library(String file) throws IOException {
    Properties coordinates = new Properties();
    try (InputStream properties =
        open(SelfContainedPage.class, "/META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
      coordinates.load(properties);
    }
    return text(
        SelfContainedPage.class,
        "/META-INF/resources/webjars/uplot/" + coordinates.getProperty("version") + "/" + file);
  }

  private static String text(Class<?> beside, String path) throws IOException {
    try (InputStream content = open(beside, path)) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(Class<?> beside, String path) throws FileNotFoundException {
    InputStream content = beside.getResourceAsStream(path);
    if (content == null) {
      throw new FileNotFoundException("The class path lacks " + path + ", needed for the page");
    }
    return content;
  }
}
