package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.guard.GuardRule;
import dev.evenkeel.adapters.guard.GuardSettings;
import dev.evenkeel.adapters.guard.Response;
import dev.evenkeel.adapters.guard.Watch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Settings of the guards, which every recipe that adapts can have. */
public final class GuardOptions {
  public static final Option<Boolean> ENABLED =
      Option.flag(
          "guards.enabled",
          false,
          "Whether guards watch the stream and choose before each batch is emitted between adapted"
              + " and source answers. A job sets it where the job file does not.");

  private static final Option<Double> TEMPERATURE =
      Option.number(
          "guards.temperature",
          0,
          0,
          100,
          "factor, 0 for the normalisation's own",
          "Adapted logits are divided by it before both models' beliefs are compared: above 1 for"
              + " methods that are surer than they are right, below 1 for the others. By default"
              + " 0.8 for unmix-tns, else 1.");

  private static final Option<Integer> RESTART_AFTER =
      Option.integer(
          "guards.restart-after",
          1024,
          0,
          "samples, 0 for never",
          "Length of a fall-back after which the state starts again, doubled until it ends.");
  private static final Option<String> RESTART =
      Option.choice(
          "guards.restart",
          Response.RESET.label(),
          List.of(Response.RESET.label(), Response.ROLL_BACK.label()),
          "Where the state starts again: as every stream does, or from its last copy without alarm.");
  private static final Option<Integer> TRUST_AFTER =
      Option.integer(
          "guards.trust-after",
          4096,
          0,
          "samples",
          "Samples without alarm after which the source model need not answer every batch.");
  private static final Option<Double> SHADOW_SHARE =
      Option.number(
          "guards.shadow-share",
          1,
          0.001,
          1,
          "(0, 1]",
          "Share of batches that the source model answers once the stream is trusted.");
  private static final Option<Double> BUSY_SHARE =
      Option.number(
          "guards.shadow-share-under-load",
          0.25,
          0.001,
          1,
          "(0, 1]",
          "The same, if that is less, while a job learns nothing because samples wait longer than"
              + " adaptation.max-lag.");

  private static final Option<Integer> REMEMBERED =
      Option.integer(
          "guards.live-accuracy.remembered",
          4096,
          1,
          "samples",
          "Latest answers of a stream that labels are waited for, of 16 bytes each. In a job.");

  private static final Map<Watch, Rule> RULES = rules();

  /** Every setting. */
  public static final List<Option<?>> ALL = all();

  private GuardOptions() {}

  /** The three settings of a guard. */
  private record Rule(Option<String> action, Option<Double> threshold, Option<Integer> window) {
    /**
     * @param range largest threshold
     * @param what the guard does, for the documentation
     */
    static Rule of(
        Watch watch,
        Response response,
        double threshold,
        double range,
        int window,
        String unit,
        String what) {
      String prefix = "guards." + watch.label() + ".";
      return new Rule(
          Option.choice(
              prefix + "action",
              response.label(),
              Response.choices(),
              "What is done when " + what + "."),
          Option.number(
              prefix + "threshold",
              threshold,
              0,
              range,
              unit,
              "Threshold of the guard '" + watch.label() + "'."),
          Option.integer(
              prefix + "window",
              window,
              1,
              "samples",
              "Samples over which the guard '" + watch.label() + "' averages."));
    }

    GuardRule read(Recipe recipe) {
      return new GuardRule(
          Response.of(recipe.get(action)), recipe.get(threshold), recipe.get(window));
    }

    List<Option<?>> options() {
      return List.of(action, threshold, window);
    }
  }

  private static Map<Watch, Rule> rules() {
    Map<Watch, Rule> rules = new EnumMap<>(Watch.class);
    rules.put(
        Watch.ACCURACY,
        Rule.of(
            Watch.ACCURACY,
            Response.FALL_BACK,
            0.02,
            1,
            256,
            "accuracy, [0, 1]",
            "the adapted answers are estimated to be worse than the source model's by more than the"
                + " threshold"));
    rules.put(
        Watch.ORDER,
        Rule.of(
            Watch.ORDER,
            Response.FALL_BACK,
            0.08,
            1,
            1024,
            "accuracy, [0, 1]",
            "the adapted answers no longer follow the order of the stream, and are not estimated to"
                + " be better by the threshold"));
    rules.put(
        Watch.DISAGREEMENT,
        Rule.of(
            Watch.DISAGREEMENT,
            Response.FALL_BACK,
            0.005,
            1,
            512,
            "accuracy, [0, 1]",
            "the source model is sure, and differing from it cannot win if it is as right as it is"
                + " sure, but loses the threshold"));
    rules.put(
        Watch.DIVERSITY,
        Rule.of(
            Watch.DIVERSITY,
            Response.FALL_BACK,
            0.5,
            100,
            1024,
            "ratio, at least 0",
            "the adapted answers spread over fewer classes than the source model's by the"
                + " threshold"));
    rules.put(
        Watch.ENTROPY,
        Rule.of(
            Watch.ENTROPY,
            Response.WARN,
            0.05,
            100,
            512,
            "ratio, at least 0",
            "the entropy of the adapted answers is below the threshold times the source model's"));
    rules.put(
        Watch.AGREEMENT,
        Rule.of(
            Watch.AGREEMENT,
            Response.WARN,
            0.1,
            1,
            512,
            "share, [0, 1]",
            "both models agree on fewer samples than the threshold"));
    rules.put(
        Watch.DISTANCE,
        Rule.of(
            Watch.DISTANCE,
            Response.RESET,
            0.5,
            1e6,
            1,
            "ratio",
            "learned parameters are farther from the source model's than the threshold times their"
                + " size"));
    rules.put(
        Watch.LIVE_ACCURACY,
        Rule.of(
            Watch.LIVE_ACCURACY,
            Response.FALL_BACK,
            0.03,
            1,
            1000,
            "accuracy, [0, 1]",
            "labels say that the adapted answers are worse than the source model's by more than the"
                + " threshold"));
    return rules;
  }

  private static List<Option<?>> all() {
    List<Option<?>> all =
        new ArrayList<>(
            List.of(
                BUSY_SHARE,
                ENABLED,
                REMEMBERED,
                RESTART,
                RESTART_AFTER,
                SHADOW_SHARE,
                TEMPERATURE,
                TRUST_AFTER));
    RULES.values().forEach(rule -> all.addAll(rule.options()));
    return List.copyOf(all);
  }

  /** Whether a recipe is guarded: it says so, and there is something that could be worse. */
  public static boolean areOn(Recipe recipe) {
    return recipe.readOptions().contains(ENABLED) && recipe.get(ENABLED);
  }

  /** Whether a recipe is guarded, and one of the guards judges by labels. */
  public static boolean wantLabels(Recipe recipe) {
    return areOn(recipe) && RULES.get(Watch.LIVE_ACCURACY).read(recipe).isOn();
  }

  /** Answers of a stream that labels are waited for. */
  public static int remembered(Recipe recipe) {
    return recipe.get(REMEMBERED);
  }

  /**
   * The settings of a recipe as a job takes them: guarded unless they say otherwise, or there is
   * nothing to guard.
   *
   * @param expression of the recipe
   * @throws RecipeException as {@link Recipe#parse} does
   */
  public static Recipe inJob(String expression, Map<String, String> settings) {
    Recipe recipe = Recipe.parse(expression, settings);
    if (settings.containsKey(ENABLED.key()) || !recipe.readOptions().contains(ENABLED)) {
      return recipe;
    }
    Map<String, String> guarded = new TreeMap<>(settings);
    guarded.put(ENABLED.key(), "true");
    return Recipe.parse(expression, guarded);
  }

  /** What a recipe says. */
  public static GuardSettings of(Recipe recipe) {
    Map<Watch, GuardRule> rules = new EnumMap<>(Watch.class);
    RULES.forEach((watch, rule) -> rules.put(watch, rule.read(recipe)));
    double temperature = recipe.get(TEMPERATURE);
    return new GuardSettings(
        rules,
        temperature > 0 ? temperature : recipe.normalization().temperature(),
        recipe.get(RESTART_AFTER),
        Response.of(recipe.get(RESTART)),
        recipe.get(TRUST_AFTER),
        recipe.get(SHADOW_SHARE),
        recipe.get(BUSY_SHARE));
  }
}
