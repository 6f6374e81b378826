package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;

/**
 * A session cluster of Flink as it is deployed: a JobManager and a TaskManager of one slot, each a
 * process of its own with nothing but Flink's jars on its class path and Flink's usual class
 * loading, so that a job's classes come from the job's jar.
 */
final class FlinkCluster implements AutoCloseable {
  /**
   * What Flink's distribution has in its lib folder; its connectors and this project's {@code
   * flink-jobs} are not there.
   */
  private static final Pattern DISTRIBUTION =
      Pattern.compile(
          "(flink-(?!jobs-|connector-(base|kafka)-)|async-profiler|commons-(cli|collections|compress|io"
              + "|lang3|math3|text)-|frocksdbjni|javassist|jsr305|kryo|log4j-|lz4-java|minlog"
              + "|objenesis|reflectasm|slf4j-api|snakeyaml-engine|snappy-java).*\\.jar");

  private static final Pattern ONNX_RUNTIME = Pattern.compile("onnxruntime-.*\\.jar");
  private static final Pattern NATIVE_LIBRARY =
      Pattern.compile("(lib)?onnxruntime\\.(so|dylib|dll)");
  private static final String TASK_MANAGER = "taskmanager";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path directory;
  private final String classPath;
  private final String target;
  private final List<ChildJvm> processes = new ArrayList<>();

  private FlinkCluster(Path directory, String classPath, String target) {
    this.directory = directory;
    this.classPath = classPath;
    this.target = target;
  }

  /** Starts the processes and waits until the cluster offers its slot. */
  static FlinkCluster start(Path directory) throws IOException {
    return start(directory, classPath(), "");
  }

  /** With ONNX Runtime among Flink's own jars, shared by all jobs. */
  static FlinkCluster withOnnxRuntime(Path directory) throws IOException {
    return start(
        directory,
        classPath() + File.pathSeparator + jars(ONNX_RUNTIME),
        "classloader.parent-first-patterns.additional: ai.onnxruntime.\n");
  }

  private static FlinkCluster start(Path directory, String classPath, String more)
      throws IOException {
    int restPort = freePort();
    Files.writeString(directory.resolve("config.yaml"), configuration(restPort, freePort()) + more);
    FlinkCluster cluster = new FlinkCluster(directory, classPath, "localhost:" + restPort);
    try {
      cluster.start("jobmanager", StandaloneSessionClusterEntrypoint.class);
      cluster.start(TASK_MANAGER, TaskManagerRunner.class);
      await("free slot")
          .atMost(Waiting.LIMIT)
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () -> {
                cluster.requireAlive();
                assertThat(cluster.get("overview").path("slots-available").asInt())
                    .as(cluster::logTails)
                    .isPositive();
              });
      return cluster;
    } catch (Throwable e) {
      cluster.close();
      throw e;
    }
  }

  /** Flink's own jars. */
  static String classPath() {
    return jars(DISTRIBUTION);
  }

  private static String jars(Pattern name) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> name.matcher(Path.of(entry).getFileName().toString()).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String configuration(int restPort, int rpcPort) {
    return """
        jobmanager.rpc.address: localhost
        jobmanager.rpc.port: %d
        rest.address: localhost
        rest.port: %d
        taskmanager.host: localhost
        taskmanager.numberOfTaskSlots: 1
        taskmanager.cpu.cores: 1
        taskmanager.memory.framework.heap.size: 128m
        taskmanager.memory.framework.off-heap.size: 128m
        taskmanager.memory.task.heap.size: 256m
        taskmanager.memory.task.off-heap.size: 256m
        taskmanager.memory.network.min: 64m
        taskmanager.memory.network.max: 64m
        taskmanager.memory.managed.size: 64m
        taskmanager.memory.jvm-metaspace.size: 256m
        taskmanager.memory.jvm-overhead.min: 192m
        taskmanager.memory.jvm-overhead.max: 192m
        """
        .formatted(rpcPort, restPort);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void start(String name, Class<?> entryPoint) throws IOException {
    processes.add(
        ChildJvm.start(
            directory,
            name,
            classPath,
            Map.of(),
            entryPoint.getName(),
            List.of("--configDir", directory.toString())));
  }

  /** {@code flink run} with the arguments; returns what it printed. */
  String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("run"));
    command.addAll(arguments);
    try (ChildJvm flink =
        ChildJvm.start(
            directory,
            "flink-run",
            classPath,
            Map.of("FLINK_CONF_DIR", directory.toString()),
            CliFrontend.class.getName(),
            command)) {
      return flink.output();
    }
  }

  /** Host and port of the REST interface. */
  String target() {
    return target;
  }

  String state(String job) throws IOException, InterruptedException {
    return get("jobs/" + job).path("state").asText();
  }

  /** Cancels a job and waits until it is gone. */
  void cancel(String job) throws IOException, InterruptedException {
    send(request("jobs/" + job).method("PATCH", BodyPublishers.noBody()));
    await("cancelled job")
        .atMost(Waiting.LIMIT)
        .untilAsserted(() -> assertThat(state(job)).as(this::logTails).isEqualTo("CANCELED"));
  }

  /** The native libraries that jobs have unpacked in the TaskManager. */
  List<Path> nativeLibraries() throws IOException {
    try (Stream<Path> files = Files.walk(ChildJvm.temporary(directory, TASK_MANAGER))) {
      return files
          .filter(file -> NATIVE_LIBRARY.matcher(file.getFileName().toString()).matches())
          .toList();
    }
  }

  /**
   * @throws AssertionError with the ends of the logs if one of the processes has ended
   */
  void requireAlive() {
    assertThat(processes).as(this::logTails).allMatch(ChildJvm::isAlive);
  }

  String logTails() {
    return processes.stream().map(ChildJvm::tails).collect(Collectors.joining());
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(send(request(path)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + target + "/" + path));
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }

  @Override
  public void close() {
    processes.forEach(ChildJvm::close);
  }
}
