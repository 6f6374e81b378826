package dev.evenkeel.jobs.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * Entry point of the command line. Exit codes: 0 done, 1 the work failed, 2 wrong usage or
 * configuration. Results go to standard output, everything else to standard error.
 */
@Command(
    name = "evenkeel",
    description = "Keeps ONNX classifiers accurate while their input streams drift.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    usageHelpAutoWidth = true,
    subcommands = {
      BacktestCommand.class,
      BenchCommand.class,
      BrokerCommand.class,
      ConsumeCommand.class,
      ControlTopicCommand.class,
      DemoCommand.class,
      DoctorCommand.class,
      ExplainCommand.class,
      ModelCommand.class,
      ProduceCommand.class,
      RunCommand.class,
      SubmitCommand.class,
      ValidateCommand.class,
      HelpCommand.class
    })
public final class Main {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a failure.")
  boolean debug;

  public static void main(String[] arguments) {
    CommandLine commandLine = commandLine();
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    System.exit(commandLine.execute(arguments));
  }

  /** The commands with their handling of errors; writes to the system's streams unless told. */
  static CommandLine commandLine() {
    Main main = new Main();
    Failures failures = new Failures(() -> main.debug);
    return new CommandLine(main)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }
}
