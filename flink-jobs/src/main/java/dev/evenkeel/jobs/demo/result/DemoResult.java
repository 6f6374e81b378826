package dev.evenkeel.jobs.demo.result;

import java.time.Instant;
import java.util.List;

/**
 * Outcome of a run of the demo.
 *
 * @param startedAt when the first sample was sent
 * @param seconds from the first sample sent to the last answer visible
 * @param samples length of the stream
 * @param sourceErrorRate share of wrong answers of the frozen source model, in [0, 1]
 * @param recipes at least one, the judged one first
 * @param phases in stream order
 * @param classNames names of the classes, in class order
 * @param series course of the run
 */
public record DemoResult(
    Instant startedAt,
    double seconds,
    int samples,
    double sourceErrorRate,
    List<RecipeResult> recipes,
    List<PhaseResult> phases,
    List<String> classNames,
    Series series) {
  public DemoResult {
    recipes = List.copyOf(recipes);
    phases = List.copyOf(phases);
    classNames = List.copyOf(classNames);
  }

  /** The recipe this run is judged by. */
  public RecipeResult judged() {
    return recipes.get(0);
  }
}
