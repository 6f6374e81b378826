package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.cluster.TerminationSignal;
import dev.evenkeel.jobs.demo.Demo;
import dev.evenkeel.jobs.demo.DemoOptions;
import dev.evenkeel.jobs.demo.Progress;
import dev.evenkeel.jobs.demo.result.DemoResult;
import java.io.Console;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the main job on a real, drifting stream, with nothing to install. */
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Starts Kafka and Flink in this process, streams real images that drift, adapts the model,",
      "and reports the error of adapted and source model. ema-bn and unmix-tns run beside it."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "How long the stream shall last; a slow machine takes longer. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "The recipe that is judged. Default: ${DEFAULT-VALUE}.")
  private String recipe;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of the stream and the recipes. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      defaultValue = "evenkeel-data/demo-report.html",
      description = "Where the HTML report goes. Default: ${DEFAULT-VALUE}.")
  private Path report;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (seconds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seconds is " + seconds + ", expected at least 1");
    }
    DemoOptions options =
        new DemoOptions(recipe, seconds, DemoOptions.defaultPhases(), seed, report);
    Progress progress = new Progress(spec.commandLine().getErr(), isTerminal());
    Demo demo = new Demo(options, progress, Clock.systemUTC());
    TerminationSignal.onFirst(demo::stop);
    DemoResult result = demo.run();
    String summary =
        json
            ? Json.line(DemoSummary.json(result, report.toAbsolutePath()))
            : DemoSummary.text(result, report.toAbsolutePath());
    spec.commandLine().getOut().println(summary);
    return 0;
  }

  /**
   * Whether a person watches. From JDK 22 on there is a console even where there is no terminal.
   */
  @SuppressWarnings("SystemConsoleNull") // Its newer method is asked where it exists.
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
