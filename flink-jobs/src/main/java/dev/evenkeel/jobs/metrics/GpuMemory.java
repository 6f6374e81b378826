package dev.evenkeel.jobs.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory of the GPUs that this process sees, asked of {@code nvidia-smi} at each scrape: ONNX
 * Runtime's Java interface tells nothing of its arena. The figures are those of the whole GPU,
 * whoever uses it; each job that asked for them tells them under its own name.
 */
final class GpuMemory extends Collector {
  private static final Logger LOG = LoggerFactory.getLogger(GpuMemory.class);
  static final List<String> NVIDIA_SMI =
      List.of(
          "nvidia-smi",
          "--query-gpu=index,memory.used,memory.total",
          "--format=csv,noheader,nounits");
  private static final long SECONDS = 5;
  private static final double MEBIBYTE = 1 << 20;

  private static final GpuMemory OF_THIS_PROCESS = new GpuMemory(NVIDIA_SMI);

  private static boolean registered;

  private final List<String> command;
  private final Set<List<String>> jobs = new LinkedHashSet<>();
  private boolean told;

  /**
   * @param command prints a line {@code index, used MiB, total MiB} for each GPU
   */
  GpuMemory(List<String> command) {
    this.command = List.copyOf(command);
  }

  /** From now on the endpoint of this process tells the memory of its GPUs for a job. */
  static synchronized void watch(String job, String recipe) {
    OF_THIS_PROCESS.tellFor(job, recipe);
    if (!registered) {
      MetricsServer.REGISTRY.register(OF_THIS_PROCESS);
      registered = true;
    }
  }

  synchronized void tellFor(String job, String recipe) {
    jobs.add(List.of(job, recipe));
  }

  /** Nothing where the command is not there or fails: that is logged once. */
  @Override
  public synchronized List<MetricFamilySamples> collect() {
    GaugeMetricFamily used = family(DeviceMetrics.GPU_MEMORY_USED);
    GaugeMetricFamily total = family(DeviceMetrics.GPU_MEMORY);
    try {
      for (String line : lines()) {
        String[] fields = line.split(",\\s*", -1);
        for (List<String> job : jobs) {
          List<String> labels = List.of(job.get(0), job.get(1), fields[0].strip());
          used.addMetric(labels, Double.parseDouble(fields[1]) * MEBIBYTE);
          total.addMetric(labels, Double.parseDouble(fields[2]) * MEBIBYTE);
        }
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

  private static GaugeMetricFamily family(Metric metric) {
    return new GaugeMetricFamily(metric.name(), metric.help(), metric.labelNames());
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
