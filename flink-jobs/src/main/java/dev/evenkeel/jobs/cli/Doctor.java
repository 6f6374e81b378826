package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.runtime.Provider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

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
      return Check.ok("ONNX Runtime", SmallestModel.run(Provider.CPU));
    } catch (LinkageError | RuntimeException e) {
      return Check.fail(
          "ONNX Runtime",
          "its native library does not load: " + Failures.firstLine(e),
          "run on Linux x86-64 or arm64 with glibc, macOS or Windows; make the temporary directory "
              + System.getProperty("java.io.tmpdir")
              + " writable and executable");
    }
  }

  static Check gpu() {
    try {
      return Check.ok("GPU", SmallestModel.run(Provider.CUDA));
    } catch (LinkageError | RuntimeException e) {
      return Check.warn(
          "GPU",
          Failures.firstLine(e),
          "nothing, if the CPU is enough: runtime.provider auto falls back");
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
}
