package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.store.SnapshotStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two snapshots, or one with its source. */
@Command(
    name = "diff",
    sortOptions = false,
    description =
        "Tells where two snapshots of a model differ most, or one and the source: movement of each"
            + " entry in each layer, relative to its norm in the second.")
final class ModelDiffCommand implements Callable<Integer> {
  private static final String SOURCE = "source";

  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description =
          "sha256:... (at least 8 digits), or the newest of stream:NAME, group:NAME or all.")
  private String first;

  @Parameters(
      index = "1",
      paramLabel = "B",
      defaultValue = SOURCE,
      description = "The same, or 'source' for the state that A began with. Default: source.")
  private String second;

  @Option(
      names = "--model",
      paramLabel = "M.onnx",
      description = "The source model, if it is not in the store.")
  private Path model;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "20",
      description = "Largest movements to print. Default: ${DEFAULT-VALUE}.")
  private int top;

  @Option(names = "--json", description = "Print all movements as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    SnapshotStore snapshots = new SnapshotStore(store.open());
    StoredSnapshot a = read(snapshots, first);
    SourceModel source = a.source(snapshots, Optional.ofNullable(model));
    StateDict older =
        second.equals(SOURCE) ? a.program(source).initialState() : other(snapshots, a);
    List<StateDifference.Row> rows = new StateDifference(source).between(a.state(), older);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("a", a.manifest().snapshot().toString());
      fields.put("b", second);
      fields.put("movements", rows.stream().map(ModelDiffCommand::fields).toList());
      out.println(Json.line(fields));
      return 0;
    }
    TextTable table = new TextTable("layer", "entry", "movement", "largest change");
    rows.stream()
        .limit(top)
        .forEach(
            row ->
                table.row(
                    row.layer().isEmpty() ? "(all)" : row.layer(),
                    row.entry(),
                    String.format(Locale.ROOT, "%.3g", row.movement()),
                    String.format(Locale.ROOT, "%.3g", row.largest())));
    out.println(table);
    return 0;
  }

  private StateDict other(SnapshotStore snapshots, StoredSnapshot a) throws IOException {
    StoredSnapshot b = read(snapshots, second);
    if (!a.manifest().modelDigest().equals(b.manifest().modelDigest())) {
      throw new CommandFailure(
          first
              + " is a snapshot of the model "
              + a.manifest().modelDigest()
              + ", "
              + second
              + " of "
              + b.manifest().modelDigest()
              + "; only states of one model can be compared");
    }
    return b.state();
  }

  private StoredSnapshot read(SnapshotStore snapshots, String reference) throws IOException {
    try {
      return StoredSnapshot.read(snapshots, reference);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static Map<String, Object> fields(StateDifference.Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("entry", row.entry());
    fields.put("layer", row.layer());
    fields.put("movement", Double.isInfinite(row.movement()) ? null : row.movement());
    fields.put("largest_change", row.largest());
    return fields;
  }
}
