package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.AdaptationJob;
import dev.evenkeel.jobs.cluster.JobRun;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.KafkaConfig.Topics;
import dev.evenkeel.jobs.step.ModelFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the job in this process. */
@Command(
    name = "run",
    sortOptions = false,
    description =
        "Runs the job here until it is stopped; resumes from the newest complete checkpoint."
            + " SIGTERM and Ctrl-C stop it with a savepoint.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--config", paramLabel = "JOB.yaml", required = true, description = "Job file.")
  private Path file;

  @Option(
      names = "--fresh",
      description = "Begin anew, with the initial state and the oldest samples.")
  private boolean fresh;

  @Override
  public Integer call() throws Exception {
    JobConfig config = JobConfig.read(file);
    AdaptationJob job = AdaptationJob.onKafka(config, ModelFile.read(config.model()));
    PrintWriter err = spec.commandLine().getErr();
    Topics topics = config.kafka().topics();
    new BrokerProbe(BrokerProbe.properties(config.kafka()))
        .createMissing(topics.used(config.snapshots().store().isPresent()))
        .forEach(topic -> err.println("Created topic " + topic + " with the broker's defaults."));
    err.printf(
        "Job %s: %s -> %s on %s, recipe %s, checkpoints in %s%n",
        config.name(),
        topics.samples(),
        topics.predictions(),
        config.kafka().bootstrapServers(),
        config.recipe().expression(),
        config.checkpoints().directory());
    err.println("Stop it with Ctrl-C.");
    JobRun.untilStopped(job, fresh);
    return 0;
  }
}
