package dev.evenkeel.jobs.cli;

import dev.evenkeel.store.FileSystemBackend;
import dev.evenkeel.store.Manifest;
import dev.evenkeel.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists the models of a store. */
@Command(
    name = "list",
    sortOptions = false,
    description = "Lists all versions of all models in a store.")
final class ModelListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--store", paramLabel = "DIR", required = true, description = "The store.")
  private Path store;

  @Option(names = "--json", description = "Print the versions as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(store)) {
      throw new ParameterException(
          spec.commandLine(),
          "--store is " + store + ", which is no directory; 'evenkeel model import' makes a store");
    }
    List<Manifest> manifests =
        new ModelStore(new FileSystemBackend(store), Clock.systemUTC()).list();
    if (json) {
      List<Map<String, Object>> models = manifests.stream().map(ModelListCommand::fields).toList();
      spec.commandLine().getOut().println(Json.line(Map.of("models", models)));
      return 0;
    }
    TextTable table = new TextTable("model", "classes", "bytes", "created", "digest");
    manifests.forEach(
        manifest ->
            table.row(
                manifest.reference(),
                Integer.toString(manifest.model().classes()),
                Long.toString(manifest.size()),
                manifest.createdAt().toString(),
                manifest.digest().toString()));
    spec.commandLine().getOut().println(table);
    return 0;
  }

  /** A version by field, for JSON. */
  static Map<String, Object> fields(Manifest manifest) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("reference", manifest.reference());
    fields.put("name", manifest.name());
    fields.put("version", manifest.version());
    fields.put("digest", manifest.digest().toString());
    fields.put("size", manifest.size());
    fields.put("created_at", manifest.createdAt().toString());
    fields.put("opset", manifest.model().opset());
    fields.put("classes", manifest.model().classes());
    fields.put("class_names", manifest.model().classNames());
    fields.put("preprocessing", manifest.model().preprocessing().note());
    return fields;
  }
}
