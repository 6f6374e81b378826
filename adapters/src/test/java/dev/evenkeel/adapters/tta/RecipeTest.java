package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
  @Test
  void everyPresetIsARecipe() {
    for (String preset : Recipe.presets()) {
      assertThat(Recipe.parse(preset, Map.of()).normalization().name()).isEqualTo(preset);
    }
    assertThat(Recipe.presets()).isSorted().contains("source", "unmix-tns");
  }

  @Test
  void refusesTwoPartsForOneSlot() {
    assertThat(problems("unmix-tns+ema-bn", Map.of()))
        .singleElement()
        .asString()
        .contains("'unmix-tns'", "'ema-bn'", "normalization");
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
