package dev.evenkeel.jobs.cli;

import dev.evenkeel.store.SnapshotRetention;
import dev.evenkeel.store.SnapshotStore;
import dev.evenkeel.store.StorageBackend;
import dev.evenkeel.store.StoreSweep;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Forgets old snapshots. */
@Command(
    name = "prune",
    sortOptions = false,
    description =
        "Forgets old snapshots of all streams, also of those that have gone, and removes bytes that"
            + " nothing refers to for a day.")
final class ModelPruneCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofHours(24);

  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;

  @Option(
      names = "--keep",
      paramLabel = "N",
      required = true,
      description = "Newest snapshots of each stream that stay.")
  private int keep;

  @Option(
      names = "--younger-days",
      paramLabel = "D",
      defaultValue = "1",
      description = "Younger ones stay too. Default: ${DEFAULT-VALUE}.")
  private double days;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    SnapshotRetention retention;
    try {
      retention = new SnapshotRetention(keep, Duration.ofSeconds((long) (days * 86_400)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    StorageBackend backend = store.open();
    Instant now = Instant.now();
    int forgotten = new SnapshotStore(backend).retainAll(retention, now);
    int removed = new StoreSweep(backend, GRACE).sweep(now);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("forgotten_snapshots", forgotten);
    fields.put("removed_blobs", removed);
    spec.commandLine()
        .getOut()
        .println(
            json
                ? Json.line(fields)
                : "Forgot " + forgotten + " snapshots and removed " + removed + " blobs");
    return 0;
  }
}
