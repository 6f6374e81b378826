package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.jobs.broker.FreePorts;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.util.FileUtils;

/**
 * A session cluster of Flink as it is deployed: a JobManager and TaskManagers, each a process of
 * its own with nothing but Flink's jars on its class path and Flink's usual class loading, so that
 * a job's classes come from the job's jar. Any of them can be killed and started again.
 */
final class FlinkCluster implements AutoCloseable {
  /**
   * What Flink's distribution has in its lib folder; its connectors and this project's {@code
   * flink-jobs} are not there.
   */
  private static final Pattern DISTRIBUTION =
      Pattern.compile(
          "(flink-(?!jobs-|connector-(base|kafka)-|kubernetes-|state-processor-)|async-profiler"
              + "|commons-(cli|collections|compress|io|lang3|math3|text)-|frocksdbjni|javassist"
              + "|jsr305|kryo|log4j-|lz4-java|minlog|objenesis|reflectasm|slf4j-api"
              + "|snakeyaml-engine|snappy-java).*\\.jar");

  private static final Pattern ONNX_RUNTIME = Pattern.compile("onnxruntime-.*\\.jar");
  private static final Pattern NATIVE_LIBRARY =
      Pattern.compile("(lib)?onnxruntime\\.(so|dylib|dll)");

  private final Path directory;
  private final Shape shape;
  private final String target;
  private final FlinkRest rest;
  private final SortedMap<String, ChildJvm> taskManagers = new TreeMap<>();
  private ChildJvm jobManager;
  private int started;
  private int commands;

  /**
   * @param taskManagers number of processes
   * @param slots of each
   * @param onnxRuntime whether ONNX Runtime lies among Flink's own jars, shared by all jobs
   * @param settings of Flink beside the tests' own, as YAML by key
   * @param environment of its processes
   */
  record Shape(
      int taskManagers,
      int slots,
      boolean onnxRuntime,
      Map<String, String> settings,
      Map<String, String> environment) {
    static final Shape SINGLE = new Shape(1, 1, false, Map.of());
    static final Shape WITH_ONNX_RUNTIME = new Shape(1, 2, true, Map.of());

    /** The Java heap is resident as a whole from the start: what grows is something else. */
    static final Shape SINGLE_OF_FIXED_HEAP =
        new Shape(
            1, 1, false, Map.of(), Map.of("JDK_JAVA_OPTIONS", "-Xms512m -XX:+AlwaysPreTouch"));

    Shape(int taskManagers, int slots, boolean onnxRuntime, Map<String, String> settings) {
      this(taskManagers, slots, onnxRuntime, settings, Map.of());
    }
  }

  private FlinkCluster(Path directory, Shape shape, String target) {
    this.directory = directory;
    this.shape = shape;
    this.target = target;
    this.rest = new FlinkRest(target);
  }

  /** Starts the processes and waits until the cluster offers all its slots. */
  static FlinkCluster start(Path directory, Shape shape) throws IOException {
    int restPort = FreePorts.next();
    FlinkCluster cluster = new FlinkCluster(directory, shape, "localhost:" + restPort);
    Files.writeString(
        directory.resolve("config.yaml"), configuration(restPort, FreePorts.next(), shape));
    try {
      cluster.startJobManager();
      for (int i = 0; i < shape.taskManagers(); i++) {
        cluster.startTaskManager();
      }
      cluster.awaitFreeSlots(shape.taskManagers() * shape.slots());
      return cluster;
    } catch (Throwable e) {
      cluster.close();
      throw e;
    }
  }

  void startJobManager() throws IOException {
    jobManager = start("jobmanager", StandaloneSessionClusterEntrypoint.class, List.of());
  }

  /** SIGKILL: everything that only it knew is lost, the cluster's jobs with it. */
  void killJobManager() {
    jobManager.close();
  }

  /**
   * Starts another TaskManager.
   *
   * @return its resource identifier
   */
  String startTaskManager() throws IOException {
    String name = "taskmanager-" + ++started;
    List<String> identifier = List.of("-D", "taskmanager.resource-id=" + name);
    taskManagers.put(name, start(name, TaskManagerRunner.class, identifier));
    return name;
  }

  /** SIGKILL; what it left in its temporary folder is removed. */
  void killTaskManager(String name) throws IOException {
    taskManagers.remove(name).close();
    FileUtils.deleteDirectory(ChildJvm.temporary(directory, name).toFile());
  }

  ChildJvm taskManager(String name) {
    return taskManagers.get(name);
  }

  List<String> taskManagers() {
    return List.copyOf(taskManagers.keySet());
  }

  private ChildJvm start(String name, Class<?> entryPoint, List<String> more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--configDir", directory.toString()));
    arguments.addAll(more);
    return ChildJvm.start(
        directory, name, ownClassPath(), shape.environment(), entryPoint.getName(), arguments);
  }

  void awaitFreeSlots(int count) {
    await("free slots")
        .atMost(Waiting.LIMIT)
        .failFast(this::requireAlive)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () -> assertThat(rest.freeSlots()).as(this::logTails).isGreaterThanOrEqualTo(count));
  }

  private String ownClassPath() {
    return shape.onnxRuntime()
        ? classPath() + File.pathSeparator + jars(ONNX_RUNTIME)
        : classPath();
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

  private static String configuration(int restPort, int rpcPort, Shape shape) {
    String basic =
        """
        jobmanager.rpc.address: localhost
        jobmanager.rpc.port: %d
        rest.address: localhost
        rest.port: %d
        taskmanager.host: localhost
        taskmanager.numberOfTaskSlots: %d
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
            .formatted(rpcPort, restPort, shape.slots());
    String shared =
        shape.onnxRuntime()
            ? "classloader.parent-first-patterns.additional: ai.onnxruntime.\n"
            : "";
    return shape.settings().entrySet().stream()
        .map(setting -> setting.getKey() + ": " + setting.getValue() + "\n")
        .collect(Collectors.joining("", basic + shared, ""));
  }

  /**
   * {@code flink run} with the arguments.
   *
   * @return what it printed
   * @throws AssertionError with what it printed if it was refused
   */
  String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("run"));
    command.addAll(arguments);
    try (ChildJvm flink =
        ChildJvm.start(
            directory,
            "flink-run-" + ++commands,
            ownClassPath(),
            Map.of("FLINK_CONF_DIR", directory.toString()),
            CliFrontend.class.getName(),
            command)) {
      return flink.output();
    }
  }

  /** A folder with a command {@code flink}: Flink's own, set up for this cluster. */
  Path commands() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("bin"));
    Path script =
        Files.writeString(
            folder.resolve("flink"),
            """
            #!/usr/bin/env bash
            export CLASSPATH='%s' FLINK_CONF_DIR='%s'
            exec '%s/bin/java' --add-opens=java.base/java.util=ALL-UNNAMED %s "$@"
            """
                .formatted(
                    ownClassPath(),
                    directory,
                    System.getProperty("java.home"),
                    CliFrontend.class.getName()));
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("Cannot make " + script + " executable");
    }
    return folder;
  }

  /** Host and port of the REST interface. */
  String target() {
    return target;
  }

  FlinkRest rest() {
    return rest;
  }

  /** The native libraries that jobs have unpacked in the TaskManagers that live. */
  List<Path> nativeLibraries() throws IOException {
    List<Path> libraries = new ArrayList<>();
    for (String name : taskManagers.keySet()) {
      PresentFiles.visit(
          ChildJvm.temporary(directory, name),
          Integer.MAX_VALUE,
          (file, attributes) -> {
            if (NATIVE_LIBRARY.matcher(file.getFileName().toString()).matches()) {
              libraries.add(file);
            }
          });
    }
    return libraries;
  }

  /**
   * @throws AssertionError with the ends of the logs if one of the processes has ended
   */
  void requireAlive() {
    assertThat(processes()).as(this::logTails).allMatch(ChildJvm::isAlive);
  }

  String logTails() {
    return processes().stream().map(ChildJvm::tails).collect(Collectors.joining());
  }

  private List<ChildJvm> processes() {
    List<ChildJvm> processes = new ArrayList<>(taskManagers.values());
    processes.add(jobManager);
    return processes;
  }

  @Override
  public void close() {
    processes().forEach(ChildJvm::close);
  }
}
