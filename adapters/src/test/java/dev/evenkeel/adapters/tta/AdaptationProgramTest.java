package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.TinyNet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdaptationProgramTest {
  private final SourceModel tiny = TinyNet.random(RandomTensors.seeded(), 2, 3, 5).source();

  @Test
  void saysHowToPrepareOrExportAModelWhoseNormalisationWasFolded() {
    assertThatExceptionOfType(RecipeException.class)
        .isThrownBy(() -> compile(fashion("fashion-resnet-folded"), "unmix-tns", 1))
        .withMessageContaining("folded into the convolutions")
        .withMessageContaining("model prepare --model")
        .withMessageContaining("do_constant_folding=False");
  }

  @Test
  void saysWhyATransformerHasNothingToAdapt() {
    assertThatExceptionOfType(RecipeException.class)
        .isThrownBy(() -> compile(fashion("fashion-tiny-vit"), "unmix-tns", 1))
        .withMessageContaining("LayerNormalization")
        .withMessageContaining("from each sample already");
  }

  @Test
  void theSourceRecipeTakesAnyModel() {
    assertThat(compile(fashion("fashion-resnet-folded"), "source", 1).adapts()).isFalse();
    assertThat(compile(fashion("fashion-tiny-vit"), "source", 1).adapts()).isFalse();
  }

  @Test
  void fingerprintsTellWhatMayShareAState() {
    String first = compile(tiny, "unmix-tns", 1).fingerprint();
    assertThat(compile(tiny, "unmix-tns", 1).fingerprint()).isEqualTo(first).hasSize(32);
    assertThat(compile(tiny, "unmix-tns", 2).fingerprint()).isNotEqualTo(first);
    assertThat(compile(tiny, "ema-bn", 1).fingerprint()).isNotEqualTo(first);
    Map<String, String> logits = Map.of("model.logits", "features");
    SourceModel other = SourceModel.of(tiny.model(), logits);
    assertThat(compile(other, "unmix-tns", 1).fingerprint()).isNotEqualTo(first);
  }

  private static AdaptationProgram compile(SourceModel source, String recipe, long seed) {
    return AdaptationProgram.compile(source, Recipe.parse(recipe, Map.of()), seed);
  }

  private static SourceModel fashion(String name) {
    return SourceModel.of(FashionKit.model(name), Map.of());
  }
}
