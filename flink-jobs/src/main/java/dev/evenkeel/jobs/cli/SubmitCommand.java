package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.cluster.ClusterSubmitter;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Submits the job to a Flink cluster. */
@Command(
    name = "submit",
    sortOptions = false,
    description = "Submits the job to a Flink cluster through its REST interface.")
final class SubmitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--config", paramLabel = "JOB.yaml", required = true, description = "Job file.")
  private Path file;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      required = true,
      description = "REST interface of the cluster's JobManager.")
  private String target;

  @Option(
      names = "--jar",
      paramLabel = "JAR",
      description = "The shaded job jar. Default: the one that the launcher built.")
  private Path jar;

  @Option(names = "--json", description = "Print the job's identifier as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!target.matches("[^/:\\s]+:\\d{1,5}")) {
      throw new ParameterException(
          spec.commandLine(), "--target is '" + target + "', expected HOST:PORT");
    }
    String id;
    try {
      id = new ClusterSubmitter(target).submit(jar == null ? builtJar() : jar, file);
    } catch (ConnectException e) {
      throw new CommandFailure(
          "No Flink cluster answers at " + target + "; check --target and that the JobManager runs",
          e);
    }
    spec.commandLine()
        .getOut()
        .println(
            json
                ? Json.line(Map.of("job_id", id))
                : "Submitted job " + id + "; see http://" + target + "/#/job/running/" + id);
    return 0;
  }

  private static Path builtJar() throws IOException {
    Path directory = Path.of(System.getProperty("evenkeel.home", "."), "deploy", "target");
    String name = System.getProperty("evenkeel.job-jar", "evenkeel-job-[0-9]*.jar");
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, name)) {
        for (Path found : jars) {
          return found;
        }
      }
    }
    throw new CommandFailure(
        "There is no "
            + name
            + " in "
            + directory
            + "; run through ./evenkeel, which builds it, or name one with --jar");
  }
}
