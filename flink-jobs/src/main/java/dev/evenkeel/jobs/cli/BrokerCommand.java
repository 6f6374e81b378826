package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the development broker until the process is stopped. */
@Command(
    name = "broker",
    description = "Runs a single-node Kafka broker on loopback, for development.")
final class BrokerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "9092",
      description = "Where it listens; 0 for any free port. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keeps the topics there; without it they are gone when the broker stops.")
  private Path data;

  @Option(names = "--json", description = "Print the address as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (port < 0 || port > 65535) {
      throw new ParameterException(
          spec.commandLine(), "--port is " + port + ", expected 0 to 65535");
    }
    EmbeddedBroker broker = EmbeddedBroker.start(port, Optional.ofNullable(data));
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-shutdown"));
    PrintWriter err = spec.commandLine().getErr();
    err.println("Kafka broker on " + broker.bootstrapServers() + ", data in " + broker.data());
    err.println("Stop it with Ctrl-C.");
    if (json) {
      spec.commandLine()
          .getOut()
          .println(Json.line(Map.of("bootstrap_servers", broker.bootstrapServers())));
    }
    broker.awaitShutdown();
    return 0;
  }
}
