package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.adapters.decision.CostMatrix;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.TinyNet;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionTest {
  private final SourceModel source = TinyNet.random(RandomTensors.seeded(), 2, 3, 5, 5).source();
  private final int classes = source.classes();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"source", "unmix-tns", "tent", "unmix-tns+lame"})
  void everyRecipeTakesCosts(String recipe) throws IOException {
    AdaptationProgram plain = AdaptationProgram.compile(source, Recipe.parse(recipe, Map.of()), 1);
    assertThat(plain.decision()).isSameAs(Decision.LIKELIEST);
    AdaptationProgram costed = compile(recipe, file(classes));
    CostMatrix costs = costed.decision().costs().orElseThrow();
    assertThat(costs.cost(1, 0)).isEqualTo(5);
    assertThat(costs.cost(0, 1)).isOne();
  }

  /** Costs read the answers only, so they may change while streams keep their state. */
  @Test
  void costsChangeTheRecipeButNotWhatMayShareAState() throws IOException {
    AdaptationProgram plain = AdaptationProgram.compile(source, Recipe.parse("tent", Map.of()), 1);
    AdaptationProgram costed = compile("tent", file(classes));
    assertThat(costed.fingerprint()).isEqualTo(plain.fingerprint());
    assertThat(costed.recipe().toString()).isNotEqualTo(plain.recipe().toString());
  }

  @Test
  void readsLabelsFromLogitsOrFromTheirProbabilities() {
    float[] rows = {9, 9, (float) Math.log(8), (float) Math.log(2)};
    FloatBuffer logits = FloatBuffer.wrap(rows);
    float[] probabilities = Softmax.probabilities(logits, 2, 2);
    Decision costed = Decision.by(CostMatrix.of(new double[][] {{0, 1}, {5, 0}}));
    assertThat(costed.label(logits, 2, 2)).isOne();
    assertThat(costed.label(logits, 2, probabilities)).isOne();
    assertThat(Decision.LIKELIEST.label(logits, 2, 2)).isZero();
    assertThat(Decision.LIKELIEST.label(logits, 2, probabilities)).isZero();
  }

  @Test
  void refusesCostsOfAnotherNumberOfClasses() throws IOException {
    Path file = file(classes + 1);
    assertThat(problem(file))
        .startsWith("set.decision.costs: " + file)
        .contains("is for " + (classes + 1) + " classes", "the model has " + classes);
  }

  @Test
  void refusesFilesThatAreAbsentUnreadableOrWrong() throws IOException {
    Path absent = folder.resolve("absent.json");
    assertThat(problem(absent))
        .startsWith("set.decision.costs: " + absent)
        .contains("does not exist", "correct the path");
    assertThat(problem(folder)).startsWith("set.decision.costs: cannot read " + folder);
    Path wrong = Files.writeString(folder.resolve("wrong.json"), "[[0, 1], [-5, 0]]");
    assertThat(problem(wrong))
        .startsWith("set.decision.costs: " + wrong)
        .contains("row 1", "-5.0", "at least 0", "correct it");
  }

  private String problem(Path costs) {
    RecipeException refusal =
        catchThrowableOfType(RecipeException.class, () -> compile("unmix-tns", costs));
    assertThat(refusal.problems()).hasSize(1);
    return refusal.problems().get(0);
  }

  private AdaptationProgram compile(String recipe, Path costs) {
    Map<String, String> settings = Map.of("decision.costs", costs.toString());
    return AdaptationProgram.compile(source, Recipe.parse(recipe, settings), 1);
  }

  /** Missing class 1 costs 5, every other error 1. */
  private Path file(int size) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < size; row++) {
      for (int answer = 0; answer < size; answer++) {
        text.append(answer == 0 ? "[" : ",").append(answer == row ? 0 : row == 1 ? 5 : 1);
      }
      text.append("]").append(row == size - 1 ? "" : ",");
    }
    return Files.writeString(folder.resolve("costs" + size + ".json"), "[" + text + "]");
  }
}
