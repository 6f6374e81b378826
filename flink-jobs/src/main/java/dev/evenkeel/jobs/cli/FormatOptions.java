package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.config.Secrets;
import dev.evenkeel.jobs.io.Wire;
import dev.evenkeel.jobs.registry.RegistryOptions;
import dev.evenkeel.schemas.WireFormat;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The format of the records that a command reads or writes. */
final class FormatOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--format",
      defaultValue = "avro",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private WireFormat format;

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description = "Schema registry with Confluent's REST interface, for the format confluent.")
  private String registry;

  @Option(
      names = "--schema-registry-credentials",
      paramLabel = "REF",
      description = "Where user:password for it is: $${NAME} or $${file:/path}, in single quotes.")
  private String credentials;

  /**
   * The format, with the registry that it needs.
   *
   * @throws ParameterException if the options do not fit each other
   */
  Wire wire() {
    if (format != WireFormat.CONFLUENT) {
      return new Wire(format, null);
    }
    if (registry == null) {
      throw usage("--format is confluent, expected --schema-registry beside it; add its address");
    }
    try {
      return new Wire(
          format,
          new RegistryOptions(
              RegistryOptions.url(registry),
              login(),
              RegistryOptions.DEFAULT_TIMEOUT,
              Duration.ZERO,
              true));
    } catch (IllegalArgumentException e) {
      throw usage("--schema-registry: " + e.getMessage());
    }
  }

  private String login() {
    try {
      return credentials == null ? null : Secrets.ofThisProcess().resolveLogin(credentials);
    } catch (IllegalArgumentException e) {
      throw usage("--schema-registry-credentials " + e.getMessage());
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
