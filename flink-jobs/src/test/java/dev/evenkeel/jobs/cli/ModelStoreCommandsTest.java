package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreCommandsTest {
  private static final String NAMES =
      "top,trouser,pullover,dress,coat,sandal,shirt,sneaker,bag,boot";

  @TempDir private Path directory;
  private Path store;
  private Path model;

  @BeforeEach
  void copyModel() {
    store = directory.resolve("store");
    model = CommandRun.fashion("models/fashion-resnet.onnx", directory);
  }

  @Test
  void importsOnceAndLists() {
    CommandRun first = importModel("--labels", NAMES, "--preprocessing", "pixel / 255", "--json");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.json().get("reference").asText()).isEqualTo("fashion-resnet@1");
    assertThat(importModel().out()).contains("Already in the store: fashion-resnet@1");

    CommandRun list = CommandRun.of("model", "list", "--store", store, "--json");
    JsonNode models = list.json().get("models");
    assertThat(models).hasSize(1);
    assertThat(models.get(0).get("class_names")).hasSize(10);
    assertThat(models.get(0).get("preprocessing").asText()).isEqualTo("pixel / 255");
    assertThat(CommandRun.of("model", "list", "--store", store).out())
        .contains("fashion-resnet@1")
        .contains("sha256:");
  }

  @Test
  void readsLabelsFromAFile() throws IOException {
    Path labels = directory.resolve("labels.txt");
    Files.writeString(labels, NAMES.replace(',', '\n') + "\n");
    CommandRun run = importModel("--labels", labels, "--name", "fashion", "--json");
    assertThat(run.json().get("reference").asText()).isEqualTo("fashion@1");
    assertThat(run.json().get("class_names").get(9).asText()).isEqualTo("boot");
  }

  @Test
  void refusesAnotherNumberOfLabelsThanClasses() {
    CommandRun run = importModel("--labels", "cat,dog");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("2 class names for 10 classes").hasLineCount(1);
  }

  @Test
  void refusesToListWhatIsNoStore() {
    CommandRun run = CommandRun.of("model", "list", "--store", store);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(store.toString()).contains("model import");
  }

  private CommandRun importModel(Object... more) {
    Object[] fixed = {"model", "import", "--model", model, "--store", store};
    Object[] all = Arrays.copyOf(fixed, fixed.length + more.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return CommandRun.of(all);
  }
}
