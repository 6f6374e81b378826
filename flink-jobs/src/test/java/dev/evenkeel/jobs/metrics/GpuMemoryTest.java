package dev.evenkeel.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class GpuMemoryTest {
  @Test
  void tellsBytesOfEachGpuForEachJobThatAsked() {
    GpuMemory memory = ofLine("printf", "0, 1024, 143771\\n1, 0, 143771\\n");
    memory.tellFor("line", "tent");
    assertThat(samples(memory))
        .isEqualTo(
            Map.of(
                "evenkeel_gpu_memory_used_bytes line tent 0", 1024.0 * (1 << 20),
                "evenkeel_gpu_memory_used_bytes line tent 1", 0.0,
                "evenkeel_gpu_memory_bytes line tent 0", 143771.0 * (1 << 20),
                "evenkeel_gpu_memory_bytes line tent 1", 143771.0 * (1 << 20)));
    memory.tellFor("other", "sar");
    assertThat(samples(memory)).hasSize(8).containsKey("evenkeel_gpu_memory_bytes other sar 1");
  }

  @Test
  void tellsNothingWhereTheToolIsNotThereOrFailsOrSaysSomethingElse() {
    assertThat(samples(ofLine("no-such-nvidia-smi"))).isEmpty();
    assertThat(samples(ofLine("false"))).isEmpty();
    assertThat(samples(ofLine("echo", "0, [N/A], 143771"))).isEmpty();
    assertThat(samples(ofLine("echo", "No devices were found"))).isEmpty();
  }

  private static GpuMemory ofLine(String... command) {
    GpuMemory memory = new GpuMemory(List.of(command));
    memory.tellFor("line", "tent");
    return memory;
  }

  // Nothing else can say what a real nvidia-smi prints.
  @Test
  @Tag("cuda")
  @EnabledIfSystemProperty(named = "evenkeel.provider", matches = "cuda")
  void tellsTheMemoryOfTheGpuOfThisMachine() {
    GpuMemory memory = new GpuMemory(GpuMemory.NVIDIA_SMI);
    memory.tellFor("line", "tent");
    assertThat(samples(memory)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(samples(memory).values()).allMatch(bytes -> bytes > 0);
  }

  private static Map<String, Double> samples(GpuMemory memory) {
    return memory.collect().stream()
        .map((MetricFamilySamples family) -> family.samples)
        .flatMap(List::stream)
        .collect(
            Collectors.toMap(
                (Sample sample) -> sample.name + " " + String.join(" ", sample.labelValues),
                sample -> sample.value));
  }
}
