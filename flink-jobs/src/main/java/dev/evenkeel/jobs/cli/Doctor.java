package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The single examinations of this machine; each tries the real thing. */
final class Doctor {
  private static final int NEEDED_JAVA = 17;
  private static final long GIB = 1L << 30;

  private Doctor() {}

  static Check java() {
    Runtime.Version version = Runtime.version();
    String found = version + " at " + System.getProperty("java.home");
    return version.feature() >= NEEDED_JAVA
        ? Check.ok("Java", found)
        : Check.fail("Java", found, "install a JDK 17 or newer");
  }

  static Check memory() {
    Runtime runtime = Runtime.getRuntime();
    String found =
        "%.1f GiB heap at most, %d processors"
            .formatted(runtime.maxMemory() / (double) GIB, runtime.availableProcessors());
    return runtime.maxMemory() >= GIB / 2
        ? Check.ok("memory", found)
        : Check.warn("memory", found, "give it more: EVENKEEL_JAVA_OPTS=-Xmx1g");
  }

  static Check onnxRuntime() {
    try {
      return Check.ok("ONNX Runtime", load(Provider.CPU));
    } catch (LinkageError | RuntimeException e) {
      return Check.fail(
          "ONNX Runtime",
          "its native library does not load: " + firstLine(e),
          "run on Linux x86-64 or arm64 with glibc, macOS or Windows; make the temporary directory "
              + System.getProperty("java.io.tmpdir")
              + " writable and executable");
    }
  }

  static Check gpu() {
    try {
      return Check.ok("GPU", load(Provider.CUDA));
    } catch (LinkageError | RuntimeException e) {
      return Check.warn(
          "GPU", firstLine(e), "nothing, if the CPU is enough: runtime.provider auto falls back");
    }
  }

  /** Whether a port could be listened on; in use is a warning, since it may be our own. */
  static Check port(String purpose, int port) {
    String name = "port " + port;
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
      return Check.ok(name, "free, for " + purpose);
    } catch (IOException e) {
      return Check.warn(
          name,
          "in use: " + e.getMessage(),
          "stop what listens there, or set another port for " + purpose);
    }
  }

  static Check disk(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, "evenkeel-doctor-", ".tmp"));
      double free = Files.getFileStore(directory).getUsableSpace() / (double) GIB;
      String found = "%s is writable, %.1f GiB free".formatted(directory, free);
      return free >= 1
          ? Check.ok("disk", found)
          : Check.warn("disk", found, "free at least 1 GiB for checkpoints and logs");
    } catch (IOException e) {
      return Check.fail(
          "disk",
          directory + " cannot be written: " + e,
          "correct its permissions or choose another with --directory");
    }
  }

  /** Loads and describes the smallest classifier there is. */
  private static String load(Provider provider) {
    Graph graph =
        new Graph(
            "doctor",
            List.of(Value.of("input", ElementType.FLOAT32, Dimension.symbol("N"), Dimension.of(2))),
            List.of(
                Value.of("logits", ElementType.FLOAT32, Dimension.symbol("N"), Dimension.of(2))),
            List.of(Node.of("MatMul", List.of("input", "weight"), List.of("logits"), Map.of())),
            Map.of("weight", Tensor.ofFloats(Shape.of(2, 2), 1, 0, 0, 1)),
            Map.of());
    SourceModel source = SourceModel.of(Model.of(graph, 17, 8), Map.of());
    AdaptationProgram program =
        AdaptationProgram.compile(source, Recipe.parse("source", Map.of()), 0);
    try (ProgramRuntime runtime = OrtRuntime.open(program, new RuntimeOptions(provider, 1))) {
      return runtime.description();
    }
  }

  private static String firstLine(Throwable problem) {
    String message = problem.getMessage() == null ? problem.toString() : problem.getMessage();
    return message.lines().findFirst().orElse(problem.toString());
  }
}
