package dev.evenkeel.it;

import dev.evenkeel.jobs.broker.FreePorts;
import dev.evenkeel.jobs.cli.Main;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.awaitility.Awaitility;

/** A broker in a JVM of its own with its data on disk, so that it can be killed and come back. */
final class BrokerProcess implements AutoCloseable {
  private final Path directory;
  private final int port;
  private ChildJvm process;

  private BrokerProcess(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /** Starts on a free port and returns once it answers. */
  static BrokerProcess start(Path directory) throws IOException {
    BrokerProcess broker = new BrokerProcess(directory, FreePorts.next());
    broker.start();
    return broker;
  }

  /** Starts, or starts again, on the same port with what lies on disk. */
  void start() throws IOException {
    process =
        ChildJvm.start(
            directory,
            "broker",
            System.getProperty("java.class.path"),
            Map.of(),
            Main.class.getName(),
            List.of(
                "broker",
                "--port",
                Integer.toString(port),
                "--data",
                directory.resolve("data").toString()));
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
      Awaitility.await("broker")
          .atMost(Waiting.LIMIT)
          .ignoreExceptionsInstanceOf(ExecutionException.class)
          .until(() -> process.requireAlive() && !admin.describeCluster().nodes().get().isEmpty());
    }
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** SIGKILL. */
  void kill() {
    process.close();
  }

  String logTail() {
    return process.tails();
  }

  @Override
  public void close() {
    kill();
  }
}
