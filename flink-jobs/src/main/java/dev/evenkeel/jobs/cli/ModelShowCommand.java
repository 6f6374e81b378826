package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.store.SnapshotStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows a snapshot. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Shows a snapshot: where it comes from, and what its state holds.")
final class ModelShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;
  @Mixin private SnapshotOption snapshot;

  @Option(names = "--json", description = "Print the snapshot as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    StoredSnapshot read = snapshot.read(new SnapshotStore(store.open()));
    Map<String, Object> fields = StoredSnapshot.fields(read.manifest());
    List<Map<String, Object>> entries = new ArrayList<>();
    read.state().entries().forEach((name, tensor) -> entries.add(entry(name, tensor)));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      fields.put("entries", entries);
      out.println(Json.line(fields));
      return 0;
    }
    fields.forEach((name, value) -> out.printf("%-16s %s%n", name, value));
    TextTable table = new TextTable("entry", "type", "shape", "min", "mean", "max");
    entries.forEach(
        entry ->
            table.row(
                entry.values().stream()
                    .map(
                        value ->
                            value instanceof Double number
                                ? String.format(Locale.ROOT, "%.6g", number)
                                : value.toString())
                    .toArray(String[]::new)));
    out.println();
    out.println(table);
    return 0;
  }

  private static Map<String, Object> entry(String name, Tensor tensor) {
    DoubleSummaryStatistics values = DoubleStream.of(tensor.toDoubles()).summaryStatistics();
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", name);
    entry.put("type", tensor.type().name().toLowerCase(Locale.ROOT));
    entry.put("shape", tensor.shape().toString());
    boolean empty = tensor.size() == 0;
    entry.put("min", empty ? "-" : values.getMin());
    entry.put("mean", empty ? "-" : values.getAverage());
    entry.put("max", empty ? "-" : values.getMax());
    return entry;
  }
}
