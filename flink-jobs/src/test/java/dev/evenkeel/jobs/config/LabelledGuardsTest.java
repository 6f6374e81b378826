package dev.evenkeel.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which jobs tell their guards of labels. */
class LabelledGuardsTest {
  @TempDir Path directory;

  @Test
  void guardsAreToldOfLabelsUnlessTheJobSaysOtherwise() {
    JobConfig config = parse("recipe: ema-bn");
    assertThat(LabelledGuards.areFed(config)).isTrue();
    assertThat(LabelledGuards.problem(config)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "recipe: source",
        "set: {guards.enabled: false}",
        "set: {guards.live-accuracy.action: \"off\"}"
      })
  void withoutTheGuardThereIsNothingToTell(String yaml) {
    JobConfig config = parse(yaml.startsWith("recipe") ? yaml : "recipe: ema-bn\n" + yaml);
    assertThat(LabelledGuards.areFed(config)).isFalse();
    assertThat(LabelledGuards.problem(config)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch: {mode: deterministic} | batch.mode is deterministic",
        "state: {scope: group, group-by: site} | state.scope is group",
        "labels: {delay: 0} | labels.delay is 0"
      })
  void whereLabelsCannotBeToldItIsSaidToWhoAskedForIt(String yaml, String why) {
    JobConfig silent = parse("recipe: ema-bn\n" + yaml);
    assertThat(LabelledGuards.areFed(silent)).isFalse();
    assertThat(LabelledGuards.problem(silent)).isEmpty();

    JobConfig asked = parse("recipe: ema-bn\n" + yaml + "\nset: {guards.live-accuracy.window: 9}");
    assertThat(LabelledGuards.areFed(asked)).isFalse();
    assertThat(LabelledGuards.problem(asked))
        .get()
        .asString()
        .startsWith("set.guards.live-accuracy.window has no effect")
        .contains(why);
  }

  private JobConfig parse(String yaml) {
    return JobConfig.parse(
        "model: model.onnx\nkafka: {bootstrap-servers: \"localhost:9092\"}\n" + yaml,
        directory,
        new Secrets(name -> null));
  }
}
