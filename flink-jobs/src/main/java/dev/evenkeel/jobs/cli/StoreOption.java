package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.store.StoreLocation;
import dev.evenkeel.store.StorageBackend;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The store that a command reads or writes. */
final class StoreOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--store",
      paramLabel = "DIR|URI",
      defaultValue = "evenkeel-data/store",
      description =
          "The store: a directory, or a URI of a file system that Flink has a plugin for under"
              + " FLINK_PLUGINS_DIR. Default: ${DEFAULT-VALUE}.")
  private String text;

  /** Opens the store, making it if it is missing. */
  StorageBackend openOrMake() throws IOException {
    StoreLocation location = location();
    if (!location.isLocal()) {
      Configuration flink = GlobalConfiguration.loadConfiguration();
      FileSystem.initialize(flink, PluginUtils.createPluginManagerFromRootFolder(flink));
    }
    return location.open();
  }

  /** Opens a store that is there. */
  StorageBackend open() throws IOException {
    StoreLocation location = location();
    if (location.isLocal() && !Files.isDirectory(location.localPath())) {
      throw new ParameterException(
          spec.commandLine(),
          "--store is "
              + text
              + ", which is no directory; name the store with --store. 'evenkeel model import' makes a store, and so does a job"
              + " with snapshots.store");
    }
    return openOrMake();
  }

  private StoreLocation location() {
    try {
      return new StoreLocation(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--store: " + e.getMessage(), e);
    }
  }
}
