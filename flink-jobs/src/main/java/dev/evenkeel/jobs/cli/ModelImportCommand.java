package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.store.ImportResult;
import dev.evenkeel.store.Manifest;
import dev.evenkeel.store.ManifestDraft;
import dev.evenkeel.store.ModelStore;
import dev.evenkeel.store.Preprocessing;
import dev.evenkeel.store.TensorDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts an ONNX file into a store. */
@Command(
    name = "import",
    sortOptions = false,
    description = "Puts an ONNX file into a store, as the next version of its name.")
final class ModelImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "M.onnx", required = true, description = "The model.")
  private Path model;

  @Mixin private StoreOption store;

  @Option(
      names = "--name",
      paramLabel = "N",
      description = "Name of the model. Default: the file's without extension.")
  private String name;

  @Option(
      names = "--labels",
      paramLabel = "A,B,C|FILE",
      description =
          "Names of the classes in order, separated by commas, or a file with one a line.")
  private String labels;

  @Option(
      names = "--preprocessing",
      paramLabel = "TEXT",
      description = "What must be done to raw inputs before the model, for people.")
  private String preprocessing = "";

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "model.logits=NAME where the logits are not found.")
  private Map<String, String> settings = Map.of();

  @Option(names = "--json", description = "Print the version as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    SourceModel source = SourceModel.of(OnnxReader.read(model), settings);
    String chosen = name == null ? nameOf(model) : name;
    ImportResult result;
    try {
      result =
          new ModelStore(store.openOrMake(), Clock.systemUTC())
              .importModel(chosen, model, draft(source));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    Manifest manifest = result.manifest();
    String text =
        (result.alreadyKnown() ? "Already in the store: " : "Imported ")
            + manifest.reference()
            + ", "
            + manifest.digest();
    spec.commandLine().getOut().println(json ? Json.line(ModelListCommand.fields(manifest)) : text);
    return 0;
  }

  private ManifestDraft draft(SourceModel source) throws IOException {
    List<Long> shape =
        LongStream.concat(LongStream.of(-1), LongStream.of(source.sampleShape().dimensions()))
            .boxed()
            .toList();
    return new ManifestDraft(
        source.model().opset(),
        source.model().irVersion(),
        new TensorDescription(
            source.input(), source.inputType().name().toLowerCase(Locale.ROOT), shape),
        source.classes(),
        classNames(),
        new Preprocessing(1, List.of(), List.of(), preprocessing),
        Map.of("evenkeel", Version.text(), "java", Runtime.version().toString()),
        null,
        "");
  }

  private List<String> classNames() throws IOException {
    if (labels == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    if (!labels.contains(",")) {
      Files.readAllLines(Path.of(labels)).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .forEach(names::add);
    } else {
      Arrays.stream(labels.split(",", -1)).map(String::strip).forEach(names::add);
    }
    return names;
  }

  private static String nameOf(Path file) {
    String text = file.getFileName().toString();
    return text.endsWith(".onnx") ? text.substring(0, text.length() - 5) : text;
  }
}
