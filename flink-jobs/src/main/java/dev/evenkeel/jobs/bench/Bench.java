package dev.evenkeel.jobs.bench;

import dev.evenkeel.jobs.demo.data.FashionData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Utils;

/** All benchmarks, on the bundled model and images. */
public final class Bench {
  private static final List<Benchmark> ALL =
      List.of(
          StepBenchmark.ofNormalizations(),
          StepBenchmark.ofLearning(),
          new TransferBenchmark(),
          new LabelShiftBenchmark(),
          new StreamsBenchmark(),
          new CompileBenchmark(),
          new JobBenchmark(),
          new StateBenchmark(),
          new LagBenchmark(),
          new WireBenchmark(),
          new KernelRunner());

  private Bench() {}

  /** Names of the benchmarks, in the order in which they run. */
  public static List<String> names() {
    return ALL.stream().map(Benchmark::name).toList();
  }

  /**
   * Runs them and returns all figures.
   *
   * @param only the one to run; empty for all but the long ones
   * @param progress told what starts
   * @throws IllegalArgumentException if there is no benchmark of that name
   */
  public static List<BenchRow> run(
      BenchOptions options, Optional<String> only, Consumer<String> progress) throws Exception {
    if (only.isPresent() && !names().contains(only.get())) {
      throw new IllegalArgumentException(
          "No benchmark '" + only.get() + "'; expected one of " + String.join(", ", names()));
    }
    Path directory = Files.createTempDirectory("evenkeel-bench-");
    try {
      FashionData data = FashionData.unpack(directory);
      List<BenchRow> rows = new ArrayList<>();
      for (Benchmark benchmark : ALL) {
        if (only.map(benchmark.name()::equals).orElse(!benchmark.isLong(options))) {
          progress.accept(benchmark.name());
          rows.addAll(benchmark.run(options, data));
        }
      }
      return rows;
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    Utils.delete(directory.toFile());
  }
}
