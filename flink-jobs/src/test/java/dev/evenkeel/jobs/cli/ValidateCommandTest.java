package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
  @TempDir private Path directory;

  @Test
  void acceptsTheSmallestJobFileAndWarnsOfTopicsThatDoNotExist() throws IOException {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      CommandRun run = validate("unmix-tns", broker.bootstrapServers());
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.json().get("valid").asBoolean()).isTrue();
      assertThat(run.json().get("warnings").toString()).contains("evenkeel.samples");
    }
  }

  @Test
  void refusesATransactionTimeoutAboveTheBrokers() throws IOException {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      CommandRun run =
          validate("unmix-tns", broker.bootstrapServers(), "  transaction-timeout: 2h\n");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("transaction.max.timeout.ms").contains("900000");
    }
  }

  @Test
  void reportsTheModelsAndTheBrokersProblemsAtOnce() throws IOException {
    Files.writeString(directory.resolve("fashion-resnet.onnx"), "no model");
    CommandRun run = validate("unmix-tns", "127.0.0.1:1");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.json().get("problems")).hasSize(2);
    assertThat(run.err()).contains("fashion-resnet.onnx").contains("127.0.0.1:1");
  }

  @Test
  void reportsAllProblemsOfTheTextAtOnce() throws IOException {
    Path file = directory.resolve("job.yaml");
    Files.writeString(file, "model: m.onnx\nrecipe: unmixtns\nkafkaa:\n  topics: t\n");
    CommandRun run = CommandRun.of("validate", "--config", file);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("unmix-tns").contains("kafkaa").contains("bootstrap-servers");
  }

  @Test
  void looksAtModelAndBrokerAlsoWhereTheTextIsWrong() throws IOException {
    CommandRun run =
        validate("batch-norm", "127.0.0.1:1", "parallelism: none\nbatch:\n  max-size: 8\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.json().get("problems")).hasSize(3);
    assertThat(run.err())
        .contains("parallelism is 'none'")
        .contains("batch.max-size is 8", "normalization.min-batch, which is 16")
        .contains("127.0.0.1:1");
  }

  @Test
  void looksAtTheStateThatNewStreamsStartFrom() throws IOException {
    CommandRun missing =
        validate("ema-bn", "127.0.0.1:1", "state:\n  initial: nope.npz\n", "--offline");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.json().get("problems")).hasSize(1);
    assertThat(missing.err()).contains("state.initial is ", "nope.npz", "does not exist");
  }

  @Test
  void warnsOfAStoreThatNothingHereCanReach() throws IOException {
    CommandRun run =
        validate("ema-bn", "127.0.0.1:1", "snapshots:\n  store: s4://nowhere/x\n", "--offline");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("warning: snapshots.store is s4://nowhere/x", "plugin");
  }

  @Test
  void warnsOfAModelWhoseStatisticsCannotFollow() throws IOException {
    useFoldedModel();
    CommandRun run = validate("auto", "127.0.0.1:1", "", "--offline");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("warning: Recipe 'auto' runs on the statistics of the source", "model prepare");
  }

  @Test
  void looksAtTheKeyOfTheControlTopic() throws IOException {
    Files.writeString(directory.resolve("short.key"), "secret");
    CommandRun run =
        validate("ema-bn", "127.0.0.1:1", "control:\n  key-file: short.key\n", "--offline");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("control.key-file is ", "has 6 bytes, expected at least 16");
  }

  @Test
  void looksAtTheProfileThatWindowsAreComparedWith() throws IOException {
    CommandRun missing =
        validate("ema-bn", "127.0.0.1:1", "drift:\n  source-profile: nope.json\n", "--offline");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.json().get("problems")).hasSize(1);
    assertThat(missing.err())
        .contains("drift.source-profile is ", "nope.json", "does not exist", "model profile");
    Files.writeString(directory.resolve("broken.json"), "{\"version\": 1}");
    CommandRun broken =
        validate("ema-bn", "127.0.0.1:1", "drift:\n  source-profile: broken.json\n", "--offline");
    assertThat(broken.exitCode()).isEqualTo(2);
    assertThat(broken.err()).contains("broken.json");
  }

  @Test
  void aSettingThatDecidesWhatElseIsReadIsReportedLikeOthers() throws IOException {
    CommandRun run =
        validate("ema-bn", "127.0.0.1:1", "set:\n  reset.on-alarm: covariatshift\n", "--offline");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.json().get("problems")).hasSize(1);
    assertThat(run.err()).contains("set.reset.on-alarm is 'covariatshift'", "covariate-shift");
  }

  @Test
  void warnsOfAGuardThatNoLabelReaches() throws IOException {
    String guard = "set:\n  guards.live-accuracy.window: 100\n";
    CommandRun run =
        validate("ema-bn", "127.0.0.1:1", guard + "batch:\n  mode: deterministic\n", "--offline");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .contains(
            "warning: set.guards.live-accuracy.window has no effect",
            "batch.mode is deterministic");
    assertThat(validate("ema-bn", "127.0.0.1:1", guard, "--offline").err()).isEmpty();
  }

  @Test
  void showsNoPasswordOfAnAddressThatIsRefused() throws IOException {
    String registry = "  schema-registry:\n    url: http://job:hunter2@registry\n";
    CommandRun validated = validate("ema-bn", "127.0.0.1:1", registry, "--offline");
    assertThat(validated.exitCode()).isEqualTo(2);
    assertThat(validated.err())
        .contains("kafka.schema-registry.url is 'http://***@registry'")
        .doesNotContain("hunter2");
    assertThat(validated.out()).contains("http://***@registry").doesNotContain("hunter2");
    CommandRun run =
        CommandRun.of("--debug", "run", "--config", directory.resolve("job.yaml").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("\tat dev.evenkeel").doesNotContain("hunter2");
  }

  @Test
  void aValueThatIsWrongCausesNoSecondProblem() throws IOException {
    CommandRun run =
        validate("batch-norm", "127.0.0.1:1", "batch:\n  max-size: many\n", "--offline");
    assertThat(run.json().get("problems")).hasSize(1);
    assertThat(run.err()).contains("batch.max-size is 'many'");
  }

  @Test
  void refusesWhatARecipeCannotDoWithThisModelAllAtOnce() throws IOException {
    String settings = "set:\n  adapt-layers: nothing\nbatch:\n  max-size: 8\n";
    CommandRun run = validate("eata", "127.0.0.1:1", settings, "--offline");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.json().get("problems")).hasSize(3);
    assertThat(run.err())
        .contains("adapt-layers is 'nothing'")
        .contains("objective.fisher names no Fisher information", "model fisher --model")
        .contains("batch.max-size is 8");
  }

  @Test
  void theSmallestBatchIsThatOfTheRecipeFittedToTheModel() throws IOException {
    Path vit = CommandRun.fashion("models/fashion-tiny-vit.onnx", directory);
    Files.move(vit, directory.resolve("fashion-resnet.onnx"));
    CommandRun run = validate("tent", "127.0.0.1:1", "batch:\n  max-size: 1\n", "--offline");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @Test
  void theJobDoesNotStartWithBatchesTooSmallForItsRecipe() throws IOException {
    validate("tent", "127.0.0.1:1", "batch:\n  max-size: 8\n", "--offline");
    CommandRun run = CommandRun.of("run", "--config", directory.resolve("job.yaml"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("batch.max-size is 8").contains("normalization.min-batch");
  }

  @Test
  void refusesTwoCorrectionsOfTheSamePrior() throws IOException {
    CommandRun run = validate("roid+lame", "127.0.0.1:1", "", "--offline");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("same label prior").contains("applied twice");
  }

  @Test
  void saysThatAFoldedModelHasNothingToAdapt() throws IOException {
    useFoldedModel();
    CommandRun run = validate("unmix-tns", "127.0.0.1:1", "", "--offline");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).containsIgnoringCase("normalisation");
  }

  private void useFoldedModel() throws IOException {
    Path folded = CommandRun.fashion("models/fashion-resnet-folded.onnx", directory);
    Files.move(folded, directory.resolve("fashion-resnet.onnx"));
  }

  private CommandRun validate(String recipe, String servers) throws IOException {
    return validate(recipe, servers, "");
  }

  private CommandRun validate(String recipe, String servers, String more, String... options)
      throws IOException {
    if (!Files.exists(directory.resolve("fashion-resnet.onnx"))) {
      CommandRun.fashion("models/fashion-resnet.onnx", directory);
    }
    Path file = directory.resolve("job.yaml");
    Files.writeString(
        file,
        "model: fashion-resnet.onnx\nrecipe: %s\nkafka:\n  bootstrap-servers: %s\n%s"
            .formatted(recipe, servers, more));
    return options.length == 0
        ? CommandRun.of("validate", "--config", file, "--json")
        : CommandRun.of("validate", "--config", file, "--json", options[0]);
  }
}
