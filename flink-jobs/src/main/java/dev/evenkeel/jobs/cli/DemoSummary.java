package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.demo.result.DemoResult;
import dev.evenkeel.jobs.demo.result.Latency;
import dev.evenkeel.jobs.demo.result.PhaseResult;
import dev.evenkeel.jobs.demo.result.RecipeResult;
import dev.evenkeel.jobs.demo.result.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What the demo says at its end, for people and for programs. */
final class DemoSummary {
  private DemoSummary() {}

  /** A table of the phases, and where adaptation is better or worse. */
  static String text(DemoResult result, Path report) {
    List<String> header = new ArrayList<>(List.of("phase", "samples", "source"));
    result.recipes().forEach(recipe -> header.add(recipe.recipe()));
    header.addAll(List.of("samples/s", "visible p50", "p99"));
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (PhaseResult phase : result.phases()) {
      row(
          table,
          phase.name(),
          phase.samples(),
          Stream.concat(Stream.of(phase.sourceErrorRate()), phase.errorRates().stream()),
          phase.samplesPerSecond(),
          phase.visible());
    }
    row(
        table,
        "whole stream",
        result.samples(),
        Stream.concat(
            Stream.of(result.sourceErrorRate()),
            result.recipes().stream().map(RecipeResult::errorRate)),
        result.judged().samplesPerSecond(),
        result.judged().visible());
    return String.join(
        System.lineSeparator(),
        "",
        "Errors, and how fast the answers of " + result.judged().recipe() + " were:",
        table.toString(),
        "",
        String.join(System.lineSeparator(), Verdict.of(result)),
        "",
        "Report  " + report);
  }

  private static void row(
      TextTable table,
      String name,
      int samples,
      Stream<Double> errors,
      double samplesPerSecond,
      Latency visible) {
    List<String> cells = new ArrayList<>(List.of(name, Integer.toString(samples)));
    errors.forEach(error -> cells.add(String.format(Locale.ROOT, "%.1f %%", 100 * error)));
    cells.add(String.format(Locale.ROOT, "%.0f", samplesPerSecond));
    cells.add(visible.p50() + " ms");
    cells.add(visible.p99() + " ms");
    table.row(cells.toArray(String[]::new));
  }

  /** The same, as maps and lists; rates in [0, 1], latencies in milliseconds. */
  static Map<String, Object> json(DemoResult result, Path report) {
    RecipeResult judged = result.judged();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("recipe", judged.recipe());
    json.put("error_rate", judged.errorRate());
    json.put("source_error_rate", result.sourceErrorRate());
    json.put("samples", result.samples());
    json.put("seconds", result.seconds());
    json.put("samples_per_second", judged.samplesPerSecond());
    json.put("answer_latency_ms", latency(judged.answer()));
    json.put("visible_latency_ms", latency(judged.visible()));
    Map<String, Object> recipes = new LinkedHashMap<>();
    result.recipes().forEach(recipe -> recipes.put(recipe.recipe(), recipe.errorRate()));
    json.put("recipe_error_rates", recipes);
    json.put("phases", result.phases().stream().map(phase -> phase(phase, result)).toList());
    json.put("verdict", Verdict.of(result));
    json.put("report", report.toString());
    return json;
  }

  private static Map<String, Object> phase(PhaseResult phase, DemoResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", phase.name());
    json.put("samples", phase.samples());
    json.put("error_rate", phase.errorRate());
    json.put("source_error_rate", phase.sourceErrorRate());
    Map<String, Object> recipes = new LinkedHashMap<>();
    for (int i = 0; i < result.recipes().size(); i++) {
      recipes.put(result.recipes().get(i).recipe(), phase.errorRates().get(i));
    }
    json.put("recipe_error_rates", recipes);
    json.put("samples_per_second", phase.samplesPerSecond());
    json.put("visible_latency_ms", latency(phase.visible()));
    return json;
  }

  private static Map<String, Object> latency(Latency latency) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("p50", latency.p50());
    json.put("p99", latency.p99());
    return json;
  }
}
