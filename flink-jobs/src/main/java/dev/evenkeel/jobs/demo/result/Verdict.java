package dev.evenkeel.jobs.demo.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says in plain sentences where adaptation helped and where it did harm. */
public final class Verdict {
  /** Differences that round to 0.0 points are called equal. */
  private static final double EQUAL = 0.0005;

  /** A median wait above this means that samples came faster than they were answered. */
  private static final long BACKLOG_MILLIS = 3000;

  private Verdict() {}

  /** Sentences on each recipe, the judged one first: over the whole stream, then per phase. */
  public static List<String> of(DemoResult result) {
    List<String> sentences = new ArrayList<>();
    for (int recipe = 0; recipe < result.recipes().size(); recipe++) {
      sentences.add(overall(result, result.recipes().get(recipe)));
      sentences.add(perPhase(result, recipe));
    }
    if (result.judged().visible().p50() > BACKLOG_MILLIS) {
      sentences.add(
          "Samples came faster than this machine answered them, so most of the latency is waiting:"
              + " give the stream more --seconds.");
    }
    return sentences;
  }

  private static String overall(DemoResult result, RecipeResult recipe) {
    double gain = result.sourceErrorRate() - recipe.errorRate();
    return String.format(
        Locale.ROOT,
        "%s is wrong on %.1f %% of the whole stream, the source model on %.1f %%: %s.",
        recipe.recipe(),
        100 * recipe.errorRate(),
        100 * result.sourceErrorRate(),
        Math.abs(gain) < EQUAL
            ? "no difference"
            : String.format(
                Locale.ROOT,
                "adaptation is %s by %.1f points",
                gain > 0 ? "better" : "worse",
                100 * Math.abs(gain)));
  }

  private static String perPhase(DemoResult result, int recipe) {
    String name = result.recipes().get(recipe).recipe();
    String worse =
        result.phases().stream()
            .filter(phase -> loss(phase, recipe) >= EQUAL)
            .map(phase -> phase.name() + points(loss(phase, recipe)))
            .collect(Collectors.joining(", "));
    return worse.isEmpty()
        ? name + " is in no phase worse than the source model."
        : name + " is worse than the source model in: " + worse + ".";
  }

  private static double loss(PhaseResult phase, int recipe) {
    return phase.errorRates().get(recipe) - phase.sourceErrorRate();
  }

  private static String points(double loss) {
    return String.format(Locale.ROOT, " (+%.1f points)", 100 * loss);
  }
}
