package dev.evenkeel.jobs.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A single-node Kafka broker in this process, reachable on loopback only: for development, the demo
 * and tests. Topics are made when first used; transactions work. Not for production: nothing is
 * replicated, and nobody is authenticated unless its listener says so.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int NODE = 1;

  private final KafkaRaftServer server;
  private final int port;
  private final Path data;
  private final boolean temporary;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(KafkaRaftServer server, int port, Path data, boolean temporary) {
    this.server = server;
    this.port = port;
    this.data = data;
    this.temporary = temporary;
  }

  /** Starts on a free port; the data is deleted on close. */
  public static EmbeddedBroker start() throws IOException {
    return start(0, Optional.empty());
  }

  /**
   * Starts and returns once the broker accepts connections.
   *
   * @param port where it listens; 0 for any free port
   * @param directory where topics are kept and found again at the next start; empty for a temporary
   *     directory that close deletes
   * @throws IOException if the port is taken or the directory cannot be used
   */
  public static EmbeddedBroker start(int port, Optional<Path> directory) throws IOException {
    return start(port, directory, BrokerListener.PLAINTEXT);
  }

  /**
   * The same, reached in another way.
   *
   * @param listener also of the broker's requests to itself
   */
  public static EmbeddedBroker start(int port, Optional<Path> directory, BrokerListener listener)
      throws IOException {
    int listening = port == 0 ? FreePorts.next() : requireFree(port);
    Path data =
        directory.isPresent()
            ? Files.createDirectories(directory.get().toAbsolutePath())
            : Files.createTempDirectory("evenkeel-broker-");
    try {
      KafkaConfig config =
          new KafkaConfig(properties(listening, FreePorts.next(), data, listener), false);
      format(data);
      KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
      server.startup();
      return new EmbeddedBroker(server, listening, data, directory.isEmpty());
    } catch (Exception e) {
      if (directory.isEmpty()) {
        deleteRecursively(data);
      }
      throw new IOException(
          "The development broker could not start on port "
              + listening
              + " with its data in "
              + data
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** What clients connect to, {@code host:port}. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** Where the topics are kept. */
  public Path data() {
    return data;
  }

  /** Blocks until the broker has been closed. */
  public void awaitShutdown() {
    server.awaitShutdown();
  }

  /** Stops the broker and releases port, threads and, if temporary, the data. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    server.shutdown();
    server.awaitShutdown();
    if (temporary) {
      deleteRecursively(data);
    }
  }

  private static Map<String, Object> properties(
      int port, int controllerPort, Path data, BrokerListener listener) {
    Map<String, Object> properties = new HashMap<>(listener.properties());
    String address = listener.protocol() + "://" + HOST + ":" + port;
    String controller = HOST + ":" + controllerPort;
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(NODE));
    properties.put("controller.quorum.voters", NODE + "@" + controller);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listeners", address + ",CONTROLLER://" + controller);
    properties.put("advertised.listeners", address);
    properties.put(
        "listener.security.protocol.map",
        listener.protocol() + ":" + listener.protocol() + ",CONTROLLER:PLAINTEXT");
    properties.put("inter.broker.listener.name", listener.protocol());
    properties.put("log.dirs", data.toString());
    properties.put("auto.create.topics.enable", "true");
    properties.put("num.partitions", "1");
    properties.put("default.replication.factor", "1");
    properties.put("min.insync.replicas", "1");
    properties.put("offsets.topic.num.partitions", "1");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.num.partitions", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20));
    properties.put("log.segment.delete.delay.ms", "1000");
    properties.put("controlled.shutdown.enable", "false");
    properties.put("message.max.bytes", Integer.toString(16 << 20));
    properties.put("replica.fetch.max.bytes", Integer.toString(16 << 20));
    return properties;
  }

  /** Prepares the directory at its first use; one that is prepared already is left as it is. */
  private static void format(Path data) throws Exception {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(NODE)
        .setSupportedFeatures(List.copyOf(Feature.PRODUCTION_FEATURES))
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setControllerListenerName("CONTROLLER")
        .setUnstableFeatureVersionsEnabled(false)
        .setMetadataLogDirectory(data.toString())
        .setDirectories(List.of(data.toString()))
        .run();
  }

  private static int requireFree(int port) throws IOException {
    try {
      FreePorts.requireFree(port);
      return port;
    } catch (IOException e) {
      throw new IOException(
          "Port "
              + port
              + " on "
              + HOST
              + " is in use, expected a free one; stop what listens there or choose another port",
          e);
    }
  }

  private static void deleteRecursively(Path directory) {
    Utils.closeQuietly(() -> Utils.delete(directory.toFile()), "broker data");
  }
}
