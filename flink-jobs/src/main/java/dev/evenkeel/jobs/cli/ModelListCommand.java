package dev.evenkeel.jobs.cli;

import dev.evenkeel.store.Manifest;
import dev.evenkeel.store.ModelStore;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.store.SnapshotStore;
import dev.evenkeel.store.StorageBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the models and snapshots of a store. */
@Command(
    name = "list",
    sortOptions = false,
    description = "Lists all versions of all models in a store, and the snapshots.")
final class ModelListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private StoreOption store;

  @Option(names = "--json", description = "Print all as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    StorageBackend backend = store.open();
    List<Manifest> models = new ModelStore(backend, Clock.systemUTC()).list();
    List<String> damaged = new ArrayList<>();
    List<SnapshotManifest> snapshots =
        new SnapshotStore(backend).list(problem -> damaged.add(problem.getMessage()));
    damaged.forEach(problem -> spec.commandLine().getErr().println("evenkeel: " + problem));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("models", models.stream().map(ModelListCommand::fields).toList());
      fields.put("snapshots", snapshots.stream().map(StoredSnapshot::fields).toList());
      fields.put("damaged_snapshots", damaged);
      out.println(Json.line(fields));
    } else {
      out.println(table(models));
      if (!snapshots.isEmpty()) {
        out.println();
        out.println(snapshotTable(snapshots));
      }
    }
    return damaged.isEmpty() ? 0 : 1;
  }

  private static TextTable table(List<Manifest> manifests) {
    TextTable table = new TextTable("model", "classes", "bytes", "created", "digest");
    manifests.forEach(
        manifest ->
            table.row(
                manifest.reference(),
                Integer.toString(manifest.model().classes()),
                Long.toString(manifest.size()),
                manifest.createdAt().toString(),
                manifest.digest().toString()));
    return table;
  }

  private static TextTable snapshotTable(List<SnapshotManifest> snapshots) {
    TextTable table =
        new TextTable("snapshot of", "recipe", "step", "checkpoint", "bytes", "created", "digest");
    snapshots.forEach(
        manifest ->
            table.row(
                manifest.key().label(),
                manifest.recipe(),
                Long.toString(manifest.adaptationStep()),
                Long.toString(manifest.checkpointId()),
                Long.toString(manifest.sizeBytes()),
                manifest.createdAt().toString(),
                manifest.snapshot().toString()));
    return table;
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
