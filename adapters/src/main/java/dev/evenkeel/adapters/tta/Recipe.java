package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.tta.correction.CorrectionMethod;
import dev.evenkeel.adapters.tta.correction.CorrectionMethods;
import dev.evenkeel.adapters.tta.correction.LabelShiftOptions;
import dev.evenkeel.adapters.tta.learning.AlarmResetOptions;
import dev.evenkeel.adapters.tta.learning.LearningOptions;
import dev.evenkeel.adapters.tta.normalization.NormalizationMethod;
import dev.evenkeel.adapters.tta.normalization.NormalizationMethods;
import dev.evenkeel.adapters.tta.objective.ObjectiveMethod;
import dev.evenkeel.adapters.tta.objective.ObjectiveMethods;
import dev.evenkeel.adapters.tta.selection.SelectionMethod;
import dev.evenkeel.adapters.tta.selection.SelectionMethods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Which method fills each slot of the adaptation, with its settings. Immutable.
 *
 * <p>An expression is a preset name, or several joined by {@code +}: each part sets only the slots
 * it names, and two parts that name the same slot are refused.
 */
public final class Recipe {
  /** Names the logits of a model that has no output called {@code logits}. */
  public static final Option<String> LOGITS =
      Option.text("model.logits", "value name", "Output or value that holds the logits.");

  /** Names a file of costs; the answers are then those of least expected cost. */
  public static final Option<String> COSTS =
      Option.text(
          "decision.costs",
          "path",
          "Costs of each answer by true class, a JSON file; without it the likeliest class is"
              + " answered.");

  private final String expression;
  private final Map<Slot, List<String>> methods;
  private final boolean namesNormalization;
  private final SortedMap<String, String> defaults;
  private final SortedMap<String, String> settings;

  private Recipe(
      String expression,
      Map<Slot, List<String>> methods,
      boolean namesNormalization,
      Map<String, String> defaults,
      Map<String, String> settings) {
    this.expression = expression;
    this.methods = methods;
    this.namesNormalization = namesNormalization;
    this.defaults = new TreeMap<>(defaults);
    this.settings = new TreeMap<>(settings);
  }

  /**
   * Reads an expression and settings.
   *
   * @param expression for instance {@code unmix-tns+deyo}
   * @param settings recipe keys with their values as text
   * @throws RecipeException with all problems at once; an unknown name comes with a suggestion
   */
  public static Recipe parse(String expression, Map<String, String> settings) {
    List<String> problems = new ArrayList<>();
    List<Preset> parts = new ArrayList<>();
    for (String part : expression.split("\\+", -1)) {
      Optional<Preset> preset = Presets.named(part.strip());
      preset.ifPresent(parts::add);
      if (preset.isEmpty()) {
        problems.add(
            "recipe: unknown preset '" + part.strip() + "'" + suggestion(part.strip(), presets()));
      }
    }
    Recipe recipe = compose(expression, parts, settings, problems);
    if (problems.isEmpty()) {
      check(recipe, problems);
    }
    if (!problems.isEmpty()) {
      throw new RecipeException(problems);
    }
    return recipe;
  }

  private static Recipe compose(
      String expression, List<Preset> parts, Map<String, String> settings, List<String> problems) {
    Map<Slot, List<String>> methods = new EnumMap<>(Slot.class);
    Map<Slot, String> fillers = new EnumMap<>(Slot.class);
    Map<String, String> defaults = new TreeMap<>();
    for (Preset part : parts) {
      part.methods().forEach((slot, names) -> fill(methods, fillers, slot, names, part, problems));
      defaults.putAll(part.defaults());
    }
    boolean namesNormalization = methods.containsKey(Slot.NORMALIZATION);
    if (!namesNormalization) {
      String own =
          parts.stream()
              .map(Preset::normalization)
              .filter(name -> !name.isEmpty())
              .findFirst()
              .orElse("source");
      methods.put(Slot.NORMALIZATION, List.of(own));
    }
    String normalization = methods.get(Slot.NORMALIZATION).get(0);
    parts.forEach(
        part -> defaults.putAll(part.defaultsBeside().getOrDefault(normalization, Map.of())));
    if (methods.containsKey(Slot.SELECTION) && !methods.containsKey(Slot.OBJECTIVE)) {
      problems.add(
          "recipe: '"
              + expression
              + "' selects samples but learns nothing from them; add an objective, for instance"
              + " 'tent'");
    }
    Recipe recipe = new Recipe(expression, methods, namesNormalization, defaults, settings);
    if (methods.containsKey(Slot.SELECTION)
        && recipe.objective().filter(objective -> !objective.selects()).isPresent()) {
      problems.add(
          "recipe: '"
              + expression
              + "' selects samples, but "
              + fillers.get(Slot.OBJECTIVE)
              + " learns from a memory and not from the batch; remove "
              + fillers.get(Slot.SELECTION));
    }
    return recipe;
  }

  /** Names of all presets, sorted. */
  public static List<String> presets() {
    return Presets.ALL.stream().map(Preset::name).toList();
  }

  /**
   * What a preset does, in one sentence.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static String summary(String preset) {
    return Presets.named(preset)
        .map(Preset::summary)
        .orElseThrow(() -> new IllegalArgumentException("No preset '" + preset + "'"));
  }

  /** Every setting of every method, sorted by key; the source of the configuration reference. */
  public static List<Option<?>> options() {
    return Stream.<Stream<Option<?>>>of(
            Stream.of(COSTS, LOGITS, NormalizationMethod.MIN_BATCH),
            AlarmResetOptions.ALL.stream(),
            GuardOptions.ALL.stream(),
            Stream.of(ProtectedClasses.PROTECTED),
            NormalizationMethods.ALL.stream().flatMap(method -> method.options().stream()),
            SelectionMethods.ALL.stream().flatMap(method -> method.options().stream()),
            ObjectiveMethods.ALL.stream().flatMap(method -> method.options().stream()),
            CorrectionMethods.ALL.stream().flatMap(method -> method.options().stream()),
            LearningOptions.ALL.stream())
        .<Option<?>>flatMap(options -> options)
        .distinct()
        .sorted(Comparator.comparing((Option<?> option) -> option.key()))
        .toList();
  }

  /** The settings that this recipe reads. */
  public List<Option<?>> readOptions() {
    List<Option<?>> read = new ArrayList<>(List.of(COSTS, LOGITS, NormalizationMethod.MIN_BATCH));
    if (adapts()) {
      read.addAll(AlarmResetOptions.ALL);
      read.addAll(GuardOptions.ALL);
      read.add(ProtectedClasses.PROTECTED);
      // As text: what is wrong with it is reported later, with everything else.
      if (!text(AlarmResetOptions.ON_ALARM).equals(AlarmResetOptions.NEVER)
          || !text(ProtectedClasses.PROTECTED).isBlank()) {
        read.add(LabelShiftOptions.SOURCE_PROFILE);
      }
    }
    read.addAll(normalization().options());
    selections().forEach(method -> read.addAll(method.options()));
    correction().ifPresent(method -> read.addAll(method.options()));
    objective()
        .ifPresent(
            method -> {
              read.addAll(method.options());
              read.addAll(LearningOptions.ALL);
            });
    return List.copyOf(new LinkedHashSet<>(read));
  }

  /** Whether there is a state that could be reset. */
  private boolean adapts() {
    return !normalization().name().equals("source")
        || objective().isPresent()
        || correction().isPresent();
  }

  /** The method that fills the normalisation slot. */
  public NormalizationMethod normalization() {
    return NormalizationMethods.named(methods.get(Slot.NORMALIZATION).get(0));
  }

  /** Whether a part of the expression names the normalisation, rather than a preset's default. */
  public boolean namesNormalization() {
    return namesNormalization;
  }

  /** The same recipe on the source statistics, for models without replaceable statistics. */
  Recipe onSourceStatistics() {
    Map<Slot, List<String>> other = new EnumMap<>(methods);
    other.put(Slot.NORMALIZATION, List.of("source"));
    return new Recipe(expression, other, namesNormalization, defaults, settings);
  }

  /** The methods of the selection slot, in the order in which they apply. */
  public List<SelectionMethod> selections() {
    return methods.getOrDefault(Slot.SELECTION, List.of()).stream()
        .map(SelectionMethods::named)
        .toList();
  }

  /** The method of the objective slot; empty if no parameter is learned. */
  public Optional<ObjectiveMethod> objective() {
    return methods.getOrDefault(Slot.OBJECTIVE, List.of()).stream()
        .map(ObjectiveMethods::named)
        .findFirst();
  }

  /** The method of the correction slot, if there is one. */
  public Optional<CorrectionMethod> correction() {
    return methods.getOrDefault(Slot.CORRECTION, List.of()).stream()
        .map(CorrectionMethods::named)
        .findFirst();
  }

  /** Whether something reads the features before the last linear layer. */
  public boolean readsFeatures() {
    return correction().map(method -> method.readsFeatures(this)).orElse(false);
  }

  /** Whether the correction may put another head in the place of the model's last layer. */
  public boolean replacesHead() {
    return correction().map(CorrectionMethod::replacesHead).orElse(false);
  }

  /** Smallest batch of a stream that is adapted on; smaller ones are answered by the source. */
  public int minimalBatch() {
    int set = get(NormalizationMethod.MIN_BATCH);
    return set > 0 ? set : normalization().minimalBatch();
  }

  /** The value of a setting: the given one, else the preset's, else the option's default. */
  public <T> T get(Option<T> option) {
    return option.parser().apply(text(option));
  }

  private String text(Option<?> option) {
    String fallback = defaults.getOrDefault(option.key(), option.fallback());
    return settings.getOrDefault(option.key(), fallback);
  }

  /** The expression it was read from. */
  public String expression() {
    return expression;
  }

  /** The settings it was read with, sorted. */
  public SortedMap<String, String> settings() {
    return new TreeMap<>(settings);
  }

  /** Slots and settings in one canonical line; equal for recipes that do the same. */
  @Override
  public String toString() {
    return line(readOptions().stream());
  }

  /**
   * The same without what reads the answers only, or guards them: equal where states of streams are
   * the same. What is left as it would be without a mention is not mentioned, so that a later
   * release with more settings goes on with the states of this one.
   */
  String adaptation() {
    return line(
        readOptions().stream()
            .filter(option -> !option.equals(COSTS) && !GuardOptions.ALL.contains(option))
            .filter(option -> !isLeftAlone(option)));
  }

  private <T> boolean isLeftAlone(Option<T> option) {
    return Objects.equals(get(option), option.parser().apply(option.fallback()));
  }

  private String line(Stream<Option<?>> options) {
    return options
        .map(option -> option.key() + "=" + get(option))
        .sorted()
        .collect(Collectors.joining(",", methods + "{", "}"));
  }

  private static void fill(
      Map<Slot, List<String>> methods,
      Map<Slot, String> fillers,
      Slot slot,
      List<String> names,
      Preset part,
      List<String> problems) {
    List<String> before = methods.get(slot);
    String filler = fillers.putIfAbsent(slot, part.name());
    if (before == null) {
      methods.put(slot, names);
    } else if (slot == Slot.SELECTION) {
      // Selections intersect; one that is named twice selects no less.
      methods.put(slot, Stream.concat(before.stream(), names.stream()).distinct().toList());
    } else {
      problems.add(
          "recipe: both '"
              + filler
              + "' and '"
              + part.name()
              + "' fill the slot "
              + slot
              + (slot == Slot.CORRECTION
                  ? ": both correct the same label prior, which would be applied twice"
                  : "")
              + "; keep one of them");
    }
  }

  private static void check(Recipe recipe, List<String> problems) {
    List<Option<?>> read = recipe.readOptions();
    for (Map.Entry<String, String> setting : recipe.settings.entrySet()) {
      String key = setting.getKey();
      Optional<Option<?>> option = read.stream().filter(o -> o.key().equals(key)).findFirst();
      if (option.isPresent()) {
        option
            .get()
            .problem(setting.getValue())
            .ifPresent(
                problem ->
                    problems.add("set." + key + " is '" + setting.getValue() + "': " + problem));
      } else if (options().stream().anyMatch(o -> o.key().equals(key))) {
        problems.add(
            "set." + key + " is not used by recipe '" + recipe.expression + "'; remove it");
      } else {
        problems.add(
            "set."
                + key
                + " is unknown"
                + suggestion(key, read.stream().map(o -> o.key()).sorted().toList()));
      }
    }
  }

  private static String suggestion(String name, List<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .min(Comparator.comparing(candidate -> distance.apply(name, candidate)))
        .filter(candidate -> distance.apply(name, candidate) <= Math.max(2, name.length() / 3))
        .map(candidate -> "; did you mean '" + candidate + "'?")
        .orElse("; expected one of " + String.join(", ", known));
  }
}
