package dev.evenkeel.jobs.bench;

import dev.evenkeel.jobs.demo.data.FashionData;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link KernelBenchmarks} with JMH, in processes of their own. */
final class KernelRunner implements Benchmark {
  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) throws RunnerException {
    // A jar that names the class path: ONNX Runtime crashes under a long command line.
    System.setProperty("jmh.separateClasspathJAR", "true");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(KernelBenchmarks.class.getName())
                    .forks(1)
                    .jvmArgsAppend(
                        "-D%s=%s"
                            .formatted(
                                KernelBenchmarks.PROVIDER, options.runtime().provider().name()))
                    .warmupIterations(2)
                    .warmupTime(TimeValue.milliseconds(options.sliceMillis()))
                    .measurementIterations(options.rounds())
                    .measurementTime(TimeValue.milliseconds(options.sliceMillis()))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    return results.stream().map(this::row).toList();
  }

  private BenchRow row(RunResult result) {
    double micros = result.getPrimaryResult().getScore();
    String method = result.getParams().getBenchmark();
    String name = method.substring(method.lastIndexOf('.') + 1);
    return BenchRow.of(name(), 1, "itself", new InterleavedTiming.Timing(name, micros * 1e3, 1));
  }
}
