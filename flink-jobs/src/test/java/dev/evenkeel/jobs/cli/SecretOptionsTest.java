package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets on command lines, which other processes of the machine can read. */
class SecretOptionsTest {
  private static final String NOWHERE = "127.0.0.1:1";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ssl.truststore.password=hunter2 | ssl.truststore.password holds a secret in clear text",
        "sasl.oauthbearer.assertion.private.key.passphrase=hunter2 | in clear text; write ${NAME}",
        "sasl.jaas.config=a.Module required username=\"${HOME}\" password=\"hunter2\"; | option password",
        "sasl.jaas.config=com.sun.security.auth.module.JndiLoginModule required; | JNDI or LDAP",
        "sasl.oauthbearer.token.endpoint.url=file:///etc/hunter2 | must be an https address",
        "config.providers=hunter2 | cannot be set",
        "ssl.truststore.password=${EVENKEEL_NOT_THERE} | EVENKEEL_NOT_THERE, which is not set",
        "hunter2 | --property is given without '=', expected key=value",
      })
  void propertiesFollowTheRulesOfTheJobFile(String property, String problem) {
    for (CommandRun run :
        new CommandRun[] {
          consume("--property", property),
          CommandRun.of(
              "control", "freeze", "--all", "--bootstrap-servers", NOWHERE, "--property", property),
          CommandRun.of(
              "explain", "--stream", "s", "--bootstrap-servers", NOWHERE, "--property", property)
        }) {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains("--property", problem)
          .doesNotContain("hunter2")
          .hasLineCount(1);
    }
  }

  @Test
  void secretsFromFilesAndTheEnvironmentAreTaken() throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "hunter2");
    CommandRun run =
        registry(
            "http://" + NOWHERE,
            "job:${HOME}",
            "--property",
            "ssl.truststore.password=${file:" + file + "}");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("No Kafka broker answers").doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"job:hunter2", "hunter2", "${HOME}:hunter2", "hunter2${HOME}"})
  void theLoginOfARegistryIsAReference(String login) {
    CommandRun run = registry("http://" + NOWHERE, login);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("--schema-registry-credentials holds a secret in clear text; write ${NAME}")
        .doesNotContain("hunter2")
        .hasLineCount(1);
  }

  @Test
  void addressesWithAPasswordAreNotRepeated() {
    CommandRun run = registry("http://job:hunter2@registry", "${HOME}");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("expected an http or https address").doesNotContain("hunter2");
    for (String command : new String[] {"doctor", "consume"}) {
      CommandRun broker =
          CommandRun.of(command, "--bootstrap-servers", "job:hunter2@" + NOWHERE, "--topic", "t");
      assertThat(broker.exitCode()).isEqualTo(2);
      assertThat(broker.err()).contains("a user stands in it").doesNotContain("hunter2");
    }
  }

  @Test
  void aMisspeltOptionDoesNotShowWhatFollows() {
    CommandRun run = consume("--proprety", "ssl.truststore.password=hunter 2");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--proprety", "password=***").doesNotContain("hunter");
  }

  private static CommandRun registry(String url, String login, String... more) {
    return consume(
        Stream.concat(
                Stream.of(
                    "--format",
                    "confluent",
                    "--schema-registry",
                    url,
                    "--schema-registry-credentials",
                    login),
                Arrays.stream(more))
            .toArray(String[]::new));
  }

  private static CommandRun consume(String... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(
                    "consume", "--bootstrap-servers", NOWHERE, "--topic", "t", "--type", "drift"),
                Arrays.stream(more))
            .toArray());
  }
}
