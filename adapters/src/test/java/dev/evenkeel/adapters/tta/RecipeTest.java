package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.adapters.tta.learning.LearningOptions;
import dev.evenkeel.adapters.tta.normalization.NormalizationMethod;
import dev.evenkeel.adapters.tta.normalization.NormalizationMethods;
import dev.evenkeel.adapters.tta.selection.SelectionMethod;
import dev.evenkeel.adapters.tta.selection.SelectionMethods;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
  @Test
  void everyPresetIsARecipe() {
    for (NormalizationMethod method : NormalizationMethods.ALL) {
      assertThat(recipe(method.name()).normalization()).isEqualTo(method);
    }
    for (SelectionMethod method : SelectionMethods.ALL) {
      assertThat(recipe("tent+" + method.name()).selections()).containsExactly(method);
    }
    assertThat(Recipe.presets())
        .isSorted()
        .contains(
            "source",
            "batch-norm",
            "alpha-bn",
            "ema-bn",
            "unmix-tns",
            "tent",
            "eta",
            "eata",
            "sar",
            "deyo",
            "ostta",
            "note",
            "rotta",
            "roid",
            "lame");
  }

  @Test
  void aMethodBringsItsNormalisationOnlyWhereNoneIsNamed() {
    assertThat(recipe("tent").normalization().name()).isEqualTo("batch-norm");
    assertThat(recipe("unmix-tns+tent").normalization().name()).isEqualTo("unmix-tns");
    assertThat(recipe("tent+unmix-tns").normalization().name()).isEqualTo("unmix-tns");
    assertThat(recipe("source+rotta").normalization().name()).isEqualTo("source");
  }

  @Test
  void tentLearnsSlowerOnUnMixTns() {
    assertThat(recipe("tent").get(LearningOptions.LEARNING_RATE)).isEqualTo(1e-3);
    assertThat(recipe("unmix-tns+tent").get(LearningOptions.LEARNING_RATE)).isEqualTo(1e-5);
    assertThat(recipe("unmix-tns+deyo").get(LearningOptions.LEARNING_RATE)).isEqualTo(1e-3);
  }

  @Test
  void selectionsIntersectButObjectivesDoNot() {
    assertThat(recipe("eata+confidence-difference-filter").selections())
        .extracting(SelectionMethod::name)
        .containsExactly("entropy-filter", "redundancy-filter", "confidence-difference-filter");
    assertThat(problems("tent+deyo", Map.of())).singleElement().asString().contains("objective");
    assertThat(problems("lame+roid", Map.of())).singleElement().asString().contains("correction");
    assertThat(problems("plpd-filter", Map.of())).singleElement().asString().contains("objective");
  }

  @Test
  void refusesTwoPartsForOneSlot() {
    assertThat(problems("unmix-tns+ema-bn", Map.of()))
        .singleElement()
        .asString()
        .contains("'unmix-tns'", "'ema-bn'", "normalization");
  }

  @Test
  void refusesWhatAMemoryWouldIgnore() {
    for (String method : List.of("note", "rotta")) {
      assertThat(problems("entropy-filter+" + method, Map.of()))
          .singleElement()
          .asString()
          .contains(method, "memory", "remove entropy-filter");
      for (Option<?> option : LearningOptions.ONLINE) {
        assertThat(problems(method, Map.of(option.key(), option.fallback())))
            .singleElement()
            .asString()
            .contains(option.key(), "is not used by recipe '" + method + "'");
      }
      assertThat(recipe(method + "+lame").correction()).isPresent();
    }
  }

  @Test
  void suggestsAPresetForAnUnknownOne() {
    assertThat(problems("unmix-tsn", Map.of()))
        .containsExactly("recipe: unknown preset 'unmix-tsn'; did you mean 'unmix-tns'?");
  }

  @Test
  void listsThePresetsWhereNoneIsNear() {
    assertThat(problems("x", Map.of()))
        .singleElement()
        .asString()
        .contains("expected one of alpha");
  }

  @Test
  void reportsAllProblemsOfTheSettingsAtOnce() {
    Map<String, String> settings =
        Map.of(
            "normalization.componets", "8",
            "normalization.temperature", "cold",
            "normalization.alpha", "0.5");
    assertThat(problems("unmix-tns", settings))
        .containsExactlyInAnyOrder(
            "set.normalization.componets is unknown; did you mean 'normalization.components'?",
            "set.normalization.temperature is 'cold': expected a number from 1.0E-6 to 1000000.0",
            "set.normalization.alpha is not used by recipe 'unmix-tns'; remove it");
  }

  @ParameterizedTest
  @CsvSource({
    "unmix-tns, normalization.components, 0",
    "unmix-tns, normalization.components, 1.5",
    "unmix-tns, normalization.momentum, 0",
    "unmix-tns, normalization.initial-spread, 1.01",
    "unmix-tns, normalization.within-component-term, yes",
    "alpha-bn, normalization.alpha, NaN",
    "ema-bn, normalization.min-batch, 0",
  })
  void refusesAValueOutOfRange(String recipe, String key, String value) {
    assertThat(problems(recipe, Map.of(key, value)))
        .singleElement()
        .asString()
        .startsWith("set." + key + " is '" + value + "': expected ");
  }

  @Test
  void twoCorrectionsOfTheLabelPriorAreRefusedWithTheReason() {
    assertThat(problems("roid+lame", Map.of()))
        .singleElement()
        .asString()
        .contains("'roid'", "'lame'", "same label prior", "applied twice");
  }

  @Test
  void batchStatisticsNeedSixteenSamplesUnlessSetOtherwise() {
    assertThat(Recipe.parse("batch-norm", Map.of()).minimalBatch()).isEqualTo(16);
    assertThat(Recipe.parse("unmix-tns", Map.of()).minimalBatch()).isEqualTo(1);
    Map<String, String> two = Map.of("normalization.min-batch", "2");
    assertThat(Recipe.parse("batch-norm", two).minimalBatch()).isEqualTo(2);
  }

  @Test
  void aDefaultThatIsWrittenOutChangesNothing() {
    Map<String, String> written = Map.of("normalization.components", "16");
    assertThat(Recipe.parse("unmix-tns", written)).hasToString(recipe("unmix-tns").toString());
    assertThat(recipe("unmix-tns").toString()).isNotEqualTo(recipe("ema-bn").toString());
  }

  @Test
  void everyDefaultIsAValueOfItsOption() {
    for (Option<?> option : Recipe.options()) {
      assertThat(option.problem(option.fallback())).as(option.key()).isEmpty();
      assertThat(option.description()).as(option.key()).endsWith(".");
    }
  }

  private static Recipe recipe(String expression) {
    return Recipe.parse(expression, Map.of());
  }

  private static List<String> problems(String expression, Map<String, String> settings) {
    return catchThrowableOfType(RecipeException.class, () -> Recipe.parse(expression, settings))
        .problems();
  }
}
