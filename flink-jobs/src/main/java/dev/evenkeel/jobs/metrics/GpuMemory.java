package dev.evenkeel.jobs.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.GaugeMetricFamily;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory of the GPUs that this process sees, asked of {@code nvidia-smi} at each scrape: ONNX
 * Runtime's Java interface tells nothing of its arena. The figures are those of the whole GPU,
 * whoever uses it, so they have no label but the GPU's index.
 */
public final class GpuMemory extends Collector {
  static final String USED = "evenkeel_gpu_memory_used_bytes";
  static final String TOTAL = "evenkeel_gpu_memory_bytes";

  private static final Logger LOG = LoggerFactory.getLogger(GpuMemory.class);
  private static final List<String> COMMAND =
      List.of(
          "nvidia-smi",
          "--query-gpu=index,memory.used,memory.total",
          "--format=csv,noheader,nounits");
  private static final long SECONDS = 5;
  private static final double MEBIBYTE = 1 << 20;

  private static boolean watched;

  private final List<String> command;
  private boolean told;

  /**
   * @param command prints a line {@code index, used MiB, total MiB} for each GPU
   */
  GpuMemory(List<String> command) {
    this.command = List.copyOf(command);
  }

  /** From now on the endpoint of this process tells the memory of its GPUs. */
  public static synchronized void watch() {
    if (!watched) {
      watch(MetricsServer.REGISTRY);
      watched = true;
    }
  }

  static void watch(CollectorRegistry registry) {
    registry.register(new GpuMemory(COMMAND));
  }

  /** Nothing where the command is not there or fails: that is logged once. */
  @Override
  public synchronized List<MetricFamilySamples> collect() {
    GaugeMetricFamily used =
        new GaugeMetricFamily(USED, "Memory of a GPU in use, by any process.", List.of("gpu"));
    GaugeMetricFamily total =
        new GaugeMetricFamily(TOTAL, "Memory that a GPU has.", List.of("gpu"));
    try {
      for (String line : lines()) {
        String[] fields = line.split(",\\s*", -1);
        List<String> gpu = List.of(fields[0].strip());
        used.addMetric(gpu, Double.parseDouble(fields[1]) * MEBIBYTE);
        total.addMetric(gpu, Double.parseDouble(fields[2]) * MEBIBYTE);
      }
      return List.of(used, total);
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      if (!told) {
        told = true;
        LOG.warn("No memory of GPUs among the metrics: {} tells nothing of it", command, e);
      }
      return List.of();
    }
  }

  private List<String> lines() throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Redirect.PIPE)
            .redirectError(Redirect.DISCARD)
            .start();
    try {
      process.getOutputStream().close();
      // A few dozen bytes a GPU: they fit the pipe, so the process ends before they are read.
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("did not end well within " + SECONDS + " s");
      }
      return new String(process.getInputStream().readAllBytes(), US_ASCII)
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
