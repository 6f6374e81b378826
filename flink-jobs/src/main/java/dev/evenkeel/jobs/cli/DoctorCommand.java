package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.cli.Check.Status;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Examines this machine. */
@Command(
    name = "doctor",
    sortOptions = false,
    description = "Checks this machine and says what to do; fails if something needed is missing.")
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      converter = BootstrapServers.class,
      description = "Also check that these Kafka brokers answer.")
  private String bootstrapServers;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where checkpoints will lie. Default: the temporary directory.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--metrics-port",
      paramLabel = "P",
      defaultValue = "9250",
      description = "Default: ${DEFAULT-VALUE}.")
  private int metricsPort;

  @Option(
      names = "--web-port",
      paramLabel = "P",
      defaultValue = "8081",
      description = "Default: ${DEFAULT-VALUE}.")
  private int webPort;

  @Option(names = "--json", description = "Print the findings as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    List<Check> checks = new ArrayList<>();
    checks.add(Doctor.java());
    checks.add(Doctor.memory());
    checks.add(Doctor.onnxRuntime());
    checks.add(Doctor.gpu());
    checks.add(Doctor.port("Prometheus metrics", metricsPort));
    checks.add(Doctor.port("Flink's web interface", webPort));
    checks.add(Doctor.disk(directory));
    if (bootstrapServers != null) {
      checks.add(broker());
    }
    boolean healthy = checks.stream().noneMatch(check -> check.status() == Status.FAIL);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(Map.of("healthy", healthy, "checks", checks)));
    } else {
      checks.forEach(check -> print(check, out));
    }
    return healthy ? 0 : 1;
  }

  private Check broker() throws InterruptedException {
    try {
      new BrokerProbe(Map.of("bootstrap.servers", bootstrapServers)).requireAnswer();
      return Check.ok("Kafka", bootstrapServers + " answers");
    } catch (CommandFailure e) {
      return Check.fail("Kafka", e.getMessage(), "");
    }
  }

  private static void print(Check check, PrintWriter out) {
    out.printf(
        "%-4s  %-12s  %s%n",
        check.status().name().toLowerCase(Locale.ROOT), check.name(), check.found());
    if (!check.advice().isEmpty()) {
      out.printf("%-4s  %-12s  -> %s%n", "", "", check.advice());
    }
  }
}
