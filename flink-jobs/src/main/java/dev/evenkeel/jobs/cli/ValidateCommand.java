package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.config.ConfigException;
import dev.evenkeel.jobs.config.JobConfigText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks for everything that would keep a job from running. */
@Command(
    name = "validate",
    sortOptions = false,
    description = "Reports all problems of a job file at once; reads the model, asks the broker.")
final class ValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--config", paramLabel = "JOB.yaml", required = true, description = "Job file.")
  private Path file;

  @Option(names = "--offline", description = "Do not ask the broker.")
  private boolean offline;

  @Option(names = "--json", description = "Print the findings as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Validation validation = new Validation();
    try {
      validation.check(JobConfigText.read(file), offline);
    } catch (ConfigException e) {
      e.problems().forEach(validation::problem);
    }
    print(validation.problems(), validation.warnings());
    return validation.problems().isEmpty() ? ExitCode.OK : ExitCode.USAGE;
  }

  private void print(List<String> problems, List<String> warnings) {
    PrintWriter err = spec.commandLine().getErr();
    problems.forEach(problem -> err.println("evenkeel: " + problem));
    warnings.forEach(warning -> err.println("warning: " + warning));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.line(
              Map.of("valid", problems.isEmpty(), "problems", problems, "warnings", warnings)));
    } else if (problems.isEmpty()) {
      out.println(file + " is valid");
    }
  }
}
