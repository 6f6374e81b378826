package dev.evenkeel.jobs.metrics;

import java.util.List;

/** What the job tells of the accelerators that it runs on; see {@link GpuMemory}. */
final class DeviceMetrics {
  static final Metric GPU_MEMORY_USED =
      Metric.gauge(
          "evenkeel_gpu_memory_used_bytes",
          "bytes",
          "Memory of a GPU in use, by any process; told by jobs on CUDA.",
          "gpu");
  static final Metric GPU_MEMORY =
      Metric.gauge(
          "evenkeel_gpu_memory_bytes",
          "bytes",
          "Memory that a GPU has; told by jobs on CUDA.",
          "gpu");

  /** All of them. */
  static final List<Metric> ALL = List.of(GPU_MEMORY, GPU_MEMORY_USED);

  private DeviceMetrics() {}
}
