package dev.evenkeel.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.jobs.registry.RegistryOptions;
import dev.evenkeel.jobs.store.StoreLocation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobConfigTest {
  private static final String SMALLEST =
      """
      model: model.onnx
      recipe: unmix-tns
      kafka: {bootstrap-servers: "localhost:9092"}
      """;

  @TempDir Path directory;

  @Test
  void fillsInDefaultsOfTheSmallestFile() {
    JobConfig config = parse(SMALLEST);

    assertThat(config.model()).isEqualTo(directory.resolve("model.onnx"));
    assertThat(config.recipe().expression()).isEqualTo("unmix-tns");
    assertThat(config.kafka().topics().samples()).isEqualTo("evenkeel.samples");
    assertThat(config.kafka().topics().deadLetters()).isEqualTo("evenkeel.dead-letters");
    assertThat(config.delivery()).isEqualTo(Delivery.EXACTLY_ONCE);
    assertThat(config.batch())
        .isEqualTo(
            new BatchConfig(
                BatchConfig.Mode.LATENCY,
                16,
                Duration.ofMillis(100),
                256,
                16,
                Duration.ofMillis(1)));
    assertThat(config.checkpoints().directory())
        .isEqualTo(directory.resolve("checkpoints").toUri().toString());
    assertThat(config.runtime().provider()).isEqualTo(Provider.AUTO);
  }

  @Test
  void readsEveryKindOfValue() {
    JobConfig config =
        parse(
            SMALLEST
                + """
                batch: {mode: deterministic, max-size: 64, max-delay: 2m, max-call-size: 64}
                checkpoints: {directory: "s3://bucket/checkpoints", interval: 500ms}
                dead-letters: {max-payload: 16KB}
                delivery: at-least-once
                seed: -5
                shadow: 0.25
                set: {normalization.components: 8, normalization: {min-batch: 2}}
                """);

    assertThat(config.batch().mode()).isEqualTo(BatchConfig.Mode.DETERMINISTIC);
    assertThat(config.batch().maxDelay()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.checkpoints())
        .isEqualTo(new CheckpointConfig("s3://bucket/checkpoints", Duration.ofMillis(500)));
    assertThat(config.deadLetterPayload()).isEqualTo(16384);
    assertThat(config.delivery()).isEqualTo(Delivery.AT_LEAST_ONCE);
    assertThat(config.seed()).isEqualTo(-5);
    assertThat(config.shadow()).isEqualTo(0.25);
    assertThat(config.recipe().settings())
        .isEqualTo(
            Map.of(
                "guards.enabled",
                "true",
                "normalization.components",
                "8",
                "normalization.min-batch",
                "2"));
  }

  @Test
  void guardsAreOnUnlessTheFileSaysOtherwiseOrThereIsNothingToGuard() {
    String rest = "model: m.onnx\nkafka: {bootstrap-servers: \"localhost:9092\"}\n";
    assertThat(parse(rest + "recipe: ema-bn\n").recipe().settings())
        .containsEntry("guards.enabled", "true");
    assertThat(
            parse(rest + "recipe: ema-bn\nset: {guards: {enabled: false}}\n").recipe().settings())
        .containsEntry("guards.enabled", "false");
    assertThat(parse(rest + "recipe: source\n").recipe().settings()).isEmpty();
  }

  @Test
  void snapshotsAreOffUnlessAStoreIsNamed() {
    assertThat(parse(SMALLEST).snapshots().store()).isEmpty();
    assertThat(parse(SMALLEST + "snapshots: {store: s, interval: 5s, keep: 3}").snapshots())
        .isEqualTo(
            new SnapshotConfig(
                Optional.of(new StoreLocation(directory.resolve("s").toAbsolutePath().toString())),
                Duration.ofSeconds(5),
                0.001,
                16,
                3,
                Duration.ofDays(1)));
    assertThat(parse(SMALLEST + "snapshots: {store: \"s3://b/s\"}").snapshots().store())
        .contains(new StoreLocation("s3://b/s"));
    assertThatThrownBy(() -> parse(SMALLEST + "snapshots: {store: \"s3:// b\", keep: 0}"))
        .hasMessageContaining("snapshots.store")
        .hasMessageContaining("snapshots.keep");
  }

  @Test
  void reportsAllProblemsAtOnce() {
    List<String> problems =
        problems(
            """
            recipe: unmix-tns
            kafka:
              bootstrap-servers: localhost
              topics: {sample: s}
            batch: {max-size: 0, max-delay: 5 fortnights}
            delivery: twice
            paralelism: 2
            """);

    assertThat(problems)
        .containsExactlyInAnyOrder(
            "'kafka.topics.sample' is no key of a job file; did you mean 'kafka.topics.samples'?",
            "'paralelism' is no key of a job file; did you mean 'parallelism'?",
            "model is missing, expected a value (The ONNX file); add a line for it to the job file",
            "kafka.bootstrap-servers is 'localhost', expected host:port pairs separated by commas,"
                + " such as localhost:9092; correct it",
            "batch.max-size is '0', expected an integer from 1 to 4096; correct it or leave it out"
                + " for the default 16",
            "batch.max-delay is '5 fortnights', expected a duration from 0s to 24h, such as 5s;"
                + " correct it or leave it out for the default 100ms",
            "delivery is 'twice', expected exactly-once or at-least-once; correct it or leave it"
                + " out for the default exactly-once");
  }

  /** What keys say together is told beside what is wrong with others of them. */
  @Test
  void reportsWhatDoesNotGoTogetherBesideWhatCannotBeRead() {
    assertThat(
            problems(
                """
                model: model.onnx
                recipe: unmix-tns
                kafka: {bootstrap-servers: "localhost:9092"}
                batch: {mode: deterministic, max-cal-size: 4, max-size: many, max-call-size: 8}
                state: {scope: group, max-streams: 5, idle-timeout: 2 moons}
                adaptation: {max-lag: 5s}
                """))
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).contains("'batch.max-call-size'?"),
            problem -> assertThat(problem).startsWith("batch.max-size is 'many'"),
            problem -> assertThat(problem).startsWith("state.idle-timeout is '2 moons'"),
            problem -> assertThat(problem).startsWith("state.group-by is missing"),
            problem -> assertThat(problem).startsWith("state.max-streams is 5, expected 0"),
            problem -> assertThat(problem).startsWith("adaptation.max-lag is 5s, expected 0"));
  }

  @Test
  void keepsAWeekByItsUnit() {
    JobConfig config =
        parse(
            """
            model: model.onnx
            recipe: unmix-tns
            kafka: {bootstrap-servers: "localhost:9092"}
            """);
    assertThat(config.state().idleTimeout()).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void refusesTransactionsThatEndBeforeTheCheckpoint() {
    assertThat(
            problems(
                """
                model: model.onnx
                recipe: unmix-tns
                kafka: {bootstrap-servers: "localhost:9092", transaction-timeout: 10s}
                checkpoints: {interval: 10s}
                """))
        .singleElement()
        .asString()
        .startsWith("kafka.transaction-timeout is 10s, expected more than checkpoints.interval");
  }

  @Test
  void takesSecretsFromEnvironmentAndFilesAndNeverPrintsThem() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "from-file\n");
    JobConfig config =
        parse(
            withProperties(
                """
                ssl.key.password: ${KEY_PASSWORD}
                ssl.keystore.password: "${file:%s}"
                """
                    .formatted(secret)),
            Map.of("KEY_PASSWORD", "from-environment"));

    assertThat(config.kafka().properties().values())
        .containsEntry("ssl.key.password", "from-environment")
        .containsEntry("ssl.keystore.password", "from-file");
    assertThat(config.toString())
        .contains("ssl.key.password")
        .doesNotContain("from-environment", "from-file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssl.key.password: hunter2",
        "ssl.key.password: hunter2${P}",
        "ssl.keystore.key: hunter2",
        "sasl.oauthbearer.assertion.private.key.passphrase: hunter2",
        "sasl.oauthbearer.client.credentials.client.secret: ' ${P} hunter2'",
        "a.plugin.of.ours.api-key: hunter2"
      })
  void refusesSecretsInClearTextWithoutRepeatingThem(String property) {
    assertThat(problems(withProperties(property), Map.of("P", "p")))
        .singleElement()
        .asString()
        .startsWith("kafka.properties." + property.replaceFirst(":.*", ""))
        .contains(" holds a secret in clear text; write ${NAME}")
        .doesNotContain("hunter2");
  }

  /** What sounds like a secret and is none: Kafka says so, or its value. */
  @Test
  void takesWhatIsNoSecretInClearText() {
    assertThat(
            parse(
                    withProperties(
                        """
                        sasl.oauthbearer.client.credentials.client.id: job
                        sasl.oauthbearer.token.endpoint.url: https://idp/token
                        ssl.truststore.certificates: PEM
                        a.plugin.of.ours.forwards.token: true
                        """))
                .kafka()
                .properties()
                .values())
        .hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a.Plain required username=\"${U}\" password=\"hunter2\"; | password",
        "a.Plain required username=\"${U}\" password=hunter2; | password",
        "a.Plain required username=\"${U}\" password=\"hunter2${U}\"; | password",
        "a.Plain required password=\"hunter2\" password=\"${P}\"; | password",
        "a.Plain required PassWord=\"hunter2\"; | PassWord",
        "a.Plain required user_job=\"hunter2\" password=\"${P}\"; | user_job",
        "a.OAuth required clientId=\"job\" clientSecret=\"hunter2\" scope=\"${U}\"; | clientSecret",
        "a.OAuth required oauth.access.token=\"hunter2\" scope=\"${U}\"; | oauth.access.token",
        "a.Key required keyPassword=\"hunter2\" scope=\"${U}\"; | keyPassword",
        "a.Key required key_passphrase=\"hunter2\" scope=\"${U}\"; | key_passphrase",
        "a.Aws required awsCredential=\"hunter2\" scope=\"${U}\"; | awsCredential",
      })
  void refusesALoginWithASecretInClearTextWithoutRepeatingIt(String login, String option) {
    assertThat(problems(withLogin(login), Map.of("U", "u", "P", "p")))
        .singleElement()
        .asString()
        .startsWith(
            "kafka.properties.sasl.jaas.config has the option "
                + option
                + ", which holds a secret in clear text; write ${NAME}")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${LOGIN}",
        "a.Plain required username=\"job\" password=\"${P}\";",
        "a.Plain required username=\"${U}\" password=${P};",
        "a.Scram required username=\"id\" password=\"${P}\" tokenauth=\"true\";",
        "a.Krb5 required useKeyTab=true storeKey=true keyTab=\"/etc/job.keytab\";"
      })
  void takesALoginWhoseSecretsAreReferences(String login) {
    String whole = "a.Plain required username=\"u\" password=\"p\";";
    assertThat(
            parse(withLogin(login), Map.of("U", "u", "P", "p", "LOGIN", whole))
                .kafka()
                .properties()
                .values()
                .get("sasl.jaas.config"))
        .doesNotContain("$")
        .endsWith(";");
  }

  /** Kafka's own message would show a word of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2",
        "p hunter2",
        "a.Plain required hunter2",
        "a.Plain required username=\"job\" password=\"hunter2\"",
        "a.Plain required password=\"hun\" ter2\";",
        ""
      })
  void refusesWhatIsNoLoginWithoutRepeatingIt(String login) {
    assertThat(problems(withLogin("${LOGIN}"), Map.of("LOGIN", login)))
        .singleElement()
        .asString()
        .contains("sasl.jaas.config is no login once its references are replaced, expected '")
        .doesNotContain("hun", "ter2");
  }

  @Test
  void refusesAnUnsafeLoginModuleHoweverItIsWritten() {
    String octal = "\"com.sun.security.auth.module.\\112ndiLoginModule\" required;";
    assertThat(problems(withLogin("${LOGIN}"), Map.of("LOGIN", octal)))
        .singleElement()
        .asString()
        .contains("JNDI or LDAP");
  }

  @ParameterizedTest
  @CsvSource({"${L}, u:p", "job:${P}, job:p", "${U}:${P}, u:p", "' ${U}:${P}${P} ', u:pp"})
  void theLoginOfARegistryMayNameItsUser(String login, String value) {
    Secrets secrets = new Secrets(Map.of("L", "u:p", "U", "u", "P", "p")::get);
    assertThat(secrets.resolveLogin(login).strip()).isEqualTo(value);
    assertThatThrownBy(() -> secrets.resolveLogin(login + "x"))
        .hasMessageContaining("in clear text");
  }

  @Test
  void refusesAUserInTheAddressThatGivesTokens() {
    String property = "sasl.oauthbearer.token.endpoint.url: https://${U}:hunter2@i_dp/token\n";
    assertThat(problems(withProperties(property), Map.of("U", "hunter2")))
        .singleElement()
        .asString()
        .contains("must be an https address without a user in it")
        .doesNotContain("hunter2");
  }

  private static String withLogin(String login) {
    return withProperties("sasl.jaas.config: '" + login + "'\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka: {bootstrap-servers: 'job:hunter2@broker:9092'}",
        "kafka: {bootstrap-servers: 'b:9092', schema-registry: {url: 'http://job:hunter2@host'}}",
        "kafka: {bootstrap-servers: 'b:9092', schema-registry: {url: 'http://job:hun ter2@host'}}",
        "kafka: {bootstrap-servers: 'b:9092', 'schema.url=http://job:hunter2@host': x}",
        "payloads: {allowed-uris: ['file:///data/', 'https://job:hunter2@host/payloads/']}",
        "checkpoints: {directory: 's3://job:hunter2@bucket/checkpoints'}",
        "snapshots: {store: 's3://job:hunter2@bucket/store'}",
        "control: {store: 's3://job:hunter2@bucket/st ore'}",
        "set: {adapt-layers: 'http://job:hunter2@host', no-key: 'http://job:hunter2@host'}"
      })
  void refusesAddressesWithAPasswordWithoutRepeatingIt(String line) {
    String rest = line.startsWith("kafka") ? "" : "kafka: {bootstrap-servers: \"b:9092\"}\n";
    assertThatThrownBy(() -> parse("model: m.onnx\nrecipe: tent\n" + rest + line))
        .isInstanceOf(ConfigException.class)
        .hasNoCause()
        .satisfies(
            problem ->
                assertThat(((ConfigException) problem).problems())
                    .hasSizeGreaterThan(0)
                    .noneMatch(text -> text.contains("hun") || text.contains("ter2")))
        .message()
        .doesNotContain("hun", "ter2");
  }

  @Test
  void namesAMissingVariable() {
    assertThat(problems(withProperties("sasl.jaas.config: ${NOT_THERE}\n")))
        .containsExactly(
            "kafka.properties.sasl.jaas.config refers to the environment variable NOT_THERE, which"
                + " is not set; set it");
  }

  @Test
  void refusesKafkaPropertiesThatAreDangerousOrOwnedByTheJob() {
    String jaas = "com.sun.security.auth.module.JndiLoginModule required password=${P};";
    List<String> problems =
        problems(
            withProperties(
                """
                auto.offset.reset: latest
                interceptor.classes: com.example.Spy
                sasl.jaas.config: "%s"
                sasl.oauthbearer.token.endpoint.url: file:///etc/passwd
                transactional.id: mine
                client.dns.lookup: use_all_dns_ips
                """
                    .formatted(jaas)),
            Map.of("P", "x"));

    assertThat(problems)
        .hasSize(5)
        .allMatch(problem -> problem.startsWith("kafka.properties."))
        .noneMatch(problem -> problem.contains("client.dns.lookup"))
        .anyMatch(problem -> problem.contains("JNDI or LDAP"));
  }

  @Test
  void saysWhereYamlIsBroken() {
    assertThat(problems("model: a\nmodel: b\n")).singleElement().asString().contains("line 2");
    assertThat(problems("- a\n")).singleElement().asString().contains("a list");
  }

  private static String withProperties(String properties) {
    return """
    model: model.onnx
    recipe: unmix-tns
    kafka:
      bootstrap-servers: "localhost:9092"
      properties:
    """
        + properties.indent(4);
  }

  @Test
  void readsWhereTheSchemaRegistryIs() {
    String registry =
        SMALLEST.replace(
            "}",
            ", formats: {samples: confluent}, schema-registry: {url: 'https://registry:8081/',"
                + " credentials: '${REGISTRY}', register: false}}");
    JobConfig config =
        JobConfig.parse(registry, directory, new Secrets(Map.of("REGISTRY", "u:secret")::get));
    assertThat(config.kafka().usesRegistry()).isTrue();
    assertThat(config.kafka().registry())
        .contains(
            new RegistryOptions(
                URI.create("https://registry:8081"),
                "u:secret",
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                false));
    assertThat(config.toString()).contains("registry:8081").doesNotContain("secret");
    assertThat(problems(registry.replace("${REGISTRY}", "u:secret")))
        .singleElement()
        .asString()
        .contains("kafka.schema-registry.credentials holds a secret in clear text")
        .doesNotContain("u:secret");
    assertThat(problems(registry))
        .singleElement()
        .asString()
        .contains("environment variable REGISTRY, which is not set");
    assertThat(problems(registry.replace("https:", "file:")))
        .anySatisfy(problem -> assertThat(problem).contains("expected an http or https address"));
    assertThat(problems(SMALLEST.replace("}", ", formats: {labels: confluent}}")))
        .singleElement()
        .asString()
        .contains("kafka.schema-registry.url is missing");
  }

  private JobConfig parse(String yaml) {
    return parse(yaml, Map.of());
  }

  private JobConfig parse(String yaml, Map<String, String> environment) {
    return JobConfig.parse(yaml, directory, new Secrets(environment::get));
  }

  private List<String> problems(String yaml) {
    return problems(yaml, Map.of());
  }

  private List<String> problems(String yaml, Map<String, String> environment) {
    ConfigException exception =
        catchThrowableOfType(ConfigException.class, () -> parse(yaml, environment));
    assertThat(exception).isNotNull();
    return exception.problems();
  }
}
