package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what of a model can be adapted, and why the rest cannot. */
@Command(
    name = "inspect",
    sortOptions = false,
    description = "Says what of a model can be adapted, what not and why.")
final class ModelInspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "M.onnx", required = true, description = "The model.")
  private Path model;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "model.logits=NAME where the logits are not found.")
  private Map<String, String> settings = Map.of();

  @Option(names = "--json", description = "Print the findings as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Inspection inspection = Inspection.of(OnnxReader.read(model), settings);
    spec.commandLine()
        .getOut()
        .println(json ? Json.line(inspection.toFields()) : inspection.toText());
    return 0;
  }
}
