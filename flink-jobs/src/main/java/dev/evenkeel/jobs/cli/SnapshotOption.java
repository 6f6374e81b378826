package dev.evenkeel.jobs.cli;

import dev.evenkeel.store.SnapshotStore;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The snapshot that a command is about. */
final class SnapshotOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--snapshot",
      paramLabel = "S",
      required = true,
      description =
          "sha256:... (at least 8 digits), or the newest of stream:NAME, group:NAME or all.")
  private String reference;

  /** Reads it, verified. */
  StoredSnapshot read(SnapshotStore store) throws IOException {
    try {
      return StoredSnapshot.read(store, reference);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--snapshot: " + e.getMessage(), e);
    }
  }
}
