package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.tta.GuardOptions;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.jobs.payload.PayloadOptions;
import dev.evenkeel.jobs.redaction.Redaction;
import dev.evenkeel.jobs.registry.RegistryOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads a job file, collecting problems instead of stopping at the first. */
final class JobConfigReader {
  private final Map<String, String> values;
  private final Path directory;
  private final Secrets secrets;
  private final List<String> problems = new ArrayList<>();
  private final Set<Option<?>> unreadable = new HashSet<>();

  JobConfigReader(String yaml, Path directory, Secrets secrets) {
    this.values = FlatYaml.read(yaml);
    this.directory = directory;
    this.secrets = secrets;
  }

  JobConfigText read() {
    UnknownKeys.report(values.keySet(), problems);
    String model = get(ConfigKeys.MODEL);
    String checkpointDirectory = get(ConfigKeys.CHECKPOINT_DIRECTORY);
    JobConfig config =
        new JobConfig(
            get(ConfigKeys.NAME),
            model == null ? null : directory.resolve(model),
            recipe(),
            get(ConfigKeys.SEED),
            get(ConfigKeys.PARALLELISM),
            get(ConfigKeys.SHADOW),
            get(ConfigKeys.DELIVERY),
            get(ConfigKeys.MAX_LAG),
            get(ConfigKeys.DEAD_LETTER_PAYLOAD),
            get(ConfigKeys.METRICS_HOST),
            get(ConfigKeys.METRICS_PORT),
            get(ConfigKeys.WEB_PORT),
            kafka(),
            new PayloadOptions(
                get(PayloadKeys.ALLOWED_URIS),
                get(PayloadKeys.TIMEOUT),
                get(PayloadKeys.PATIENCE),
                get(PayloadKeys.IN_FLIGHT)),
            new BatchConfig(
                get(ConfigKeys.BATCH_MODE),
                get(ConfigKeys.BATCH_MAX_SIZE),
                get(ConfigKeys.BATCH_MAX_DELAY),
                get(ConfigKeys.BATCH_MAX_CALL_SIZE),
                get(ConfigKeys.BATCH_MAX_CALL_STREAMS),
                get(ConfigKeys.BATCH_LINGER)),
            state(),
            snapshots(),
            new DriftConfig(
                get(ConfigKeys.DRIFT_WINDOW),
                driftProfile(),
                get(ConfigKeys.DRIFT_DETECTOR),
                unlessNone(ConfigKeys.DRIFT_SEGMENT_BY),
                get(ConfigKeys.LABELS_DELAY)),
            control(),
            new CheckpointConfig(
                checkpointDirectory == null ? null : toUri(checkpointDirectory),
                get(ConfigKeys.CHECKPOINT_INTERVAL)),
            new RuntimeOptions(get(ConfigKeys.PROVIDER), get(ConfigKeys.THREADS)));
    checkTogether(config);
    return new JobConfigText(config, problems);
  }

  private ControlConfig control() {
    return new ControlConfig(
        get(ConfigKeys.CONTROL_ENABLED),
        unlessNone(ConfigKeys.CONTROL_KEY_FILE).map(directory::resolve),
        get(ConfigKeys.CONTROL_STORE)
            .or(() -> get(StateKeys.SNAPSHOT_STORE))
            .map(store -> store.below(directory)));
  }

  private SnapshotConfig snapshots() {
    return new SnapshotConfig(
        get(StateKeys.SNAPSHOT_STORE).map(store -> store.below(directory)),
        get(StateKeys.SNAPSHOT_INTERVAL),
        get(StateKeys.SNAPSHOT_ON_CHANGE),
        get(StateKeys.SNAPSHOT_MAX),
        get(StateKeys.SNAPSHOT_KEEP),
        get(StateKeys.SNAPSHOT_KEEP_FOR));
  }

  private Optional<Path> driftProfile() {
    return unlessNone(ConfigKeys.DRIFT_PROFILE).map(directory::resolve);
  }

  private StateConfig state() {
    return new StateConfig(
        get(StateKeys.STATE_SCOPE),
        unlessNone(StateKeys.STATE_GROUP_BY),
        get(StateKeys.STATE_BACKEND),
        get(StateKeys.MAX_LIVE_STREAMS),
        get(StateKeys.MAX_STREAMS),
        get(StateKeys.IDLE_TIMEOUT),
        unlessNone(StateKeys.STATE_INITIAL).map(directory::resolve),
        get(StateKeys.STATE_OTHER_PROGRAM));
  }

  /** The value of a key whose default means that there is none. */
  private Optional<String> unlessNone(Option<String> option) {
    return Optional.ofNullable(get(option)).filter(value -> !value.equals(option.fallback()));
  }

  private KafkaConfig kafka() {
    return new KafkaConfig(
        get(KafkaKeys.BOOTSTRAP_SERVERS),
        new KafkaConfig.Topics(
            get(KafkaKeys.SAMPLES_TOPIC),
            get(KafkaKeys.PREDICTIONS_TOPIC),
            get(KafkaKeys.DRIFT_TOPIC),
            get(KafkaKeys.LABELS_TOPIC),
            get(KafkaKeys.CONTROL_TOPIC),
            get(KafkaKeys.AUDIT_TOPIC),
            get(KafkaKeys.SNAPSHOTS_TOPIC),
            get(KafkaKeys.DEAD_LETTERS_TOPIC)),
        get(KafkaKeys.SAMPLES_FORMAT),
        get(KafkaKeys.PREDICTIONS_FORMAT),
        get(KafkaKeys.LABELS_FORMAT),
        registry(),
        get(KafkaKeys.TRANSACTION_TIMEOUT),
        kafkaProperties());
  }

  private Optional<RegistryOptions> registry() {
    return get(KafkaKeys.REGISTRY_URL)
        .map(
            url ->
                new RegistryOptions(
                    url,
                    login(KafkaKeys.REGISTRY_CREDENTIALS).orElse(null),
                    get(KafkaKeys.REGISTRY_TIMEOUT),
                    get(KafkaKeys.REGISTRY_PATIENCE),
                    get(KafkaKeys.REGISTRY_REGISTER)));
  }

  /** The user and password that a key refers to; never part of a problem. */
  private Optional<String> login(Option<String> option) {
    try {
      return unlessNone(option).map(secrets::resolveLogin);
    } catch (IllegalArgumentException e) {
      problems.add(option.key() + " " + e.getMessage());
      return Optional.empty();
    }
  }

  private KafkaProperties kafkaProperties() {
    Map<String, String> properties = new TreeMap<>();
    section("kafka.properties.")
        .forEach(
            (key, text) -> {
              try {
                OwnedProperties.refuse(key);
                properties.put(key, KafkaPropertyRules.resolve(key, text, secrets));
              } catch (IllegalArgumentException e) {
                problems.add("kafka.properties." + key + " " + e.getMessage());
              }
            });
    return new KafkaProperties(properties);
  }

  private Recipe recipe() {
    String expression = get(ConfigKeys.RECIPE);
    if (expression == null) {
      return null;
    }
    try {
      return GuardOptions.inJob(expression, section("set."));
    } catch (RecipeException e) {
      problems.addAll(e.problems());
      return null;
    }
  }

  /**
   * Whether these keys have the values that the file says, or their defaults where it says none.
   */
  private boolean areReadable(Option<?>... options) {
    return Arrays.stream(options).noneMatch(unreadable::contains);
  }

  /** What several keys say together, as far as they can be read. */
  private void checkTogether(JobConfig config) {
    BatchConfig batch = config.batch();
    if (areReadable(ConfigKeys.BATCH_MAX_SIZE, ConfigKeys.BATCH_MAX_CALL_SIZE)
        && batch.maxCallSize() < batch.maxSize()) {
      problems.add(
          "batch.max-call-size is "
              + batch.maxCallSize()
              + ", expected at least batch.max-size, which is "
              + batch.maxSize()
              + "; raise it or lower batch.max-size");
    }
    if (areReadable(
            ConfigKeys.DELIVERY, KafkaKeys.TRANSACTION_TIMEOUT, ConfigKeys.CHECKPOINT_INTERVAL)
        && config.delivery() == Delivery.EXACTLY_ONCE
        && config.kafka().transactionTimeout().compareTo(config.checkpoints().interval()) <= 0) {
      problems.add(
          "kafka.transaction-timeout is "
              + Parsers.format(config.kafka().transactionTimeout())
              + ", expected more than checkpoints.interval, which is "
              + Parsers.format(config.checkpoints().interval())
              + ": the broker would abort answers before they become visible; raise it");
    }
    if (areReadable(StateKeys.STATE_SCOPE, StateKeys.STATE_GROUP_BY)) {
      checkState(config.state());
    }
    if (areReadable(ConfigKeys.BATCH_MODE, StateKeys.MAX_STREAMS, ConfigKeys.MAX_LAG)
        && batch.mode() == BatchConfig.Mode.DETERMINISTIC) {
      checkDeterministic(config);
    }
    if (areReadable(KafkaKeys.REGISTRY_URL)
        && config.kafka().usesRegistry()
        && config.kafka().registry().isEmpty()) {
      problems.add(
          "kafka.schema-registry.url is missing, expected the address of a schema registry, since"
              + " kafka.formats has a topic in the format confluent; add it");
    }
    KafkaConfig.Topics topics = config.kafka().topics();
    if (areReadable(
            KafkaKeys.SAMPLES_TOPIC, KafkaKeys.PREDICTIONS_TOPIC, KafkaKeys.DEAD_LETTERS_TOPIC)
        && List.of(topics.predictions(), topics.deadLetters()).contains(topics.samples())) {
      problems.add(
          "kafka.topics.samples is '"
              + topics.samples()
              + "', expected another topic than predictions and dead letters are written to;"
              + " rename one of them");
    }
  }

  private void checkState(StateConfig state) {
    boolean grouped = state.scope() == StateConfig.Scope.GROUP;
    if (grouped && state.groupBy().isEmpty()) {
      problems.add(
          "state.group-by is missing, expected the attribute of samples that names their group,"
              + " since state.scope is group; add it");
    }
    if (!grouped && state.groupBy().isPresent()) {
      problems.add(
          "state.group-by is '"
              + state.groupBy().get()
              + "', expected nothing unless state.scope is group; set that, or leave it out");
    }
  }

  /** In deterministic batching nothing may hang on the clock, the load or the order of streams. */
  private void checkDeterministic(JobConfig config) {
    if (config.state().maxStreams() > 0) {
      problems.add(
          "state.max-streams is "
              + config.state().maxStreams()
              + ", expected 0 while batch.mode is deterministic: which stream would have to go"
              + " depends on the order in which streams arrive; use state.idle-timeout, or"
              + " batch.mode latency");
    }
    if (!config.maxLag().isZero()) {
      problems.add(
          "adaptation.max-lag is "
              + Parsers.format(config.maxLag())
              + ", expected 0 while batch.mode is deterministic: what is learned would depend on"
              + " the load; leave it out, or use batch.mode latency");
    }
  }

  /** The value; if it is missing or wrong a problem is added, and it is the default or null. */
  private <T> T get(Option<T> option) {
    String text = values.get(option.key());
    if (text == null && option.fallback().isEmpty()) {
      problems.add(
          option.key()
              + " is missing, expected "
              + "a value ("
              + option.description().replaceFirst("[;:.].*", "").replace("`", "")
              + ")"
              + "; add a line for it to the job file");
      return null;
    }
    try {
      return option.parser().apply(text == null ? option.fallback() : text);
    } catch (IllegalArgumentException e) {
      unreadable.add(option);
      problems.add(
          option.key()
              + " is '"
              + Redaction.value(String.valueOf(text))
              + "', "
              + e.getMessage()
              + (option.fallback().isEmpty()
                  ? "; correct it"
                  : "; correct it or leave it out for the default " + option.fallback()));
      return option.fallback().isEmpty() ? null : option.parser().apply(option.fallback());
    }
  }

  private Map<String, String> section(String prefix) {
    Map<String, String> section = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            section.put(key.substring(prefix.length()), value);
          }
        });
    return section;
  }

  private String toUri(String path) {
    boolean hasScheme = path.matches("[A-Za-z][A-Za-z0-9+.-]+:.*");
    return hasScheme
        ? path
        : directory.resolve(path).toAbsolutePath().normalize().toUri().toString();
  }
}
