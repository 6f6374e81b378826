package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.io.OnnxException;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.config.ConfigException;
import dev.evenkeel.jobs.config.Delivery;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.JobConfigText;
import dev.evenkeel.jobs.config.LabelledGuards;
import dev.evenkeel.jobs.control.ControlKey;
import dev.evenkeel.jobs.quality.ProfileFile;
import dev.evenkeel.jobs.redaction.Redaction;
import dev.evenkeel.jobs.registry.HttpSchemaRegistry;
import dev.evenkeel.jobs.registry.RegistryOptions;
import dev.evenkeel.jobs.step.InitialState;
import dev.evenkeel.jobs.store.StoreLocation;
import dev.evenkeel.schemas.SchemaRegistryException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** Collects what is wrong with a configuration beyond its own text; tells it fit for showing. */
final class Validation {
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  void problem(String problem) {
    problems.add(problem);
  }

  /** What keeps the job from running. */
  List<String> problems() {
    return problems.stream().map(Redaction::text).toList();
  }

  /** What may be meant, but perhaps is not. */
  List<String> warnings() {
    return warnings.stream().map(Redaction::text).toList();
  }

  /**
   * Looks at everything that the configuration names, also where its text has problems: what is
   * missing then is left out.
   *
   * @param offline leaves the broker out
   */
  void check(JobConfigText text, boolean offline) throws InterruptedException {
    text.problems().forEach(this::problem);
    JobConfig config = text.config();
    config
        .snapshots()
        .store()
        .filter(store -> store.isLocal() && Files.exists(store.localPath()))
        .filter(store -> !Files.isDirectory(store.localPath()))
        .ifPresent(
            store ->
                problem("snapshots.store is " + store + ", which is a file; name a directory"));
    if (config.model() != null) {
      checkModel(config);
    }
    checkControl(config);
    if (config.recipe() != null) {
      LabelledGuards.problem(config).ifPresent(warnings::add);
    }
    config.snapshots().store().ifPresent(store -> checkStore("snapshots.store", store));
    config
        .control()
        .store()
        .filter(store -> !config.snapshots().store().equals(Optional.of(store)))
        .ifPresent(store -> checkStore("control.store", store));
    if (!offline && config.kafka().bootstrapServers() != null) {
      checkBroker(config);
    }
    if (!offline && config.kafka().usesRegistry()) {
      config.kafka().registry().ifPresent(this::checkRegistry);
    }
  }

  private void checkModel(JobConfig config) {
    if (!Files.isReadable(config.model())) {
      problem("model is " + config.model() + ", expected a readable ONNX file; correct the path");
      return;
    }
    try {
      Model read = OnnxReader.read(config.model());
      if (config.recipe() != null) {
        checkRecipe(config, read);
        checkProfile(config, read);
      }
    } catch (OnnxException e) {
      problem(e.getMessage());
    }
  }

  private void checkRecipe(JobConfig config, Model read) {
    int smallest = config.recipe().minimalBatch();
    try {
      SourceModel source = SourceModel.of(read, config.recipe().settings());
      AdaptationProgram program = AdaptationProgram.compile(source, config.recipe(), config.seed());
      smallest = program.recipe().minimalBatch();
      program.remark().ifPresent(warnings::add);
      config.state().initial().ifPresent(file -> InitialState.read(file, program));
    } catch (RecipeException e) {
      e.problems().forEach(this::problem);
    } catch (ConfigException e) {
      e.problems().forEach(this::problem);
    }
    config.batch().problem(smallest).ifPresent(this::problem);
  }

  private void checkProfile(JobConfig config, Model read) {
    try {
      SourceModel source = SourceModel.of(read, config.recipe().settings());
      config.drift().sourceProfile().ifPresent(file -> ProfileFile.read(file, source));
    } catch (ConfigException e) {
      e.problems().forEach(this::problem);
    } catch (RecipeException e) {
      // Told already where the recipe was looked at.
    }
  }

  private void checkControl(JobConfig config) {
    try {
      config.control().keyFile().ifPresent(file -> ControlKey.read("control.key-file", file));
    } catch (ConfigException e) {
      e.problems().forEach(this::problem);
    }
  }

  /** Only a warning: plugins that are not here may be on the cluster. */
  private void checkStore(String key, StoreLocation store) {
    try {
      if (!store.isLocal()) {
        FileSystem.get(URI.create(store.text()));
      }
    } catch (UnsupportedFileSystemSchemeException e) {
      warnings.add(
          key
              + " is "
              + store
              + ", and no file system of that scheme is known here; the cluster needs Flink's plugin"
              + " for it");
    } catch (IOException e) {
      warnings.add(key + " is " + store + ", which cannot be reached: " + e.getMessage());
    }
  }

  private void checkRegistry(RegistryOptions options) {
    RegistryOptions hasty =
        new RegistryOptions(
            options.url(),
            options.credentials(),
            options.timeout(),
            Duration.ZERO,
            options.registers());
    try {
      HttpSchemaRegistry.of(hasty).requireAnswer();
    } catch (SchemaRegistryException e) {
      problem(e.getMessage());
    }
  }

  private void checkBroker(JobConfig config) throws InterruptedException {
    BrokerProbe broker = new BrokerProbe(BrokerProbe.properties(config.kafka()));
    try {
      Set<String> topics = broker.topics();
      config
          .kafka()
          .topics()
          .used(config.snapshots().store().isPresent())
          .forEach(
              topic -> {
                if (!topics.contains(topic)) {
                  warnings.add(
                      "topic "
                          + topic
                          + " does not exist at "
                          + config.kafka().bootstrapServers()
                          + "; create it unless the broker does so at first use");
                }
              });
      if (config.delivery() == Delivery.EXACTLY_ONCE) {
        checkTransactionTimeout(config, broker.longestTransaction());
      }
    } catch (CommandFailure e) {
      problem(e.getMessage());
    }
  }

  private void checkTransactionTimeout(JobConfig config, OptionalLong longestMillis) {
    Duration timeout = config.kafka().transactionTimeout();
    if (longestMillis.isPresent() && timeout.toMillis() > longestMillis.getAsLong()) {
      problem(
          "kafka.transaction-timeout is "
              + timeout.toSeconds()
              + "s, expected at most the broker's transaction.max.timeout.ms, which is "
              + longestMillis.getAsLong()
              + "; lower the one or raise the other");
    }
  }
}
