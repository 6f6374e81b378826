package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.jobs.bench.Bench;
import dev.evenkeel.jobs.bench.BenchOptions;
import dev.evenkeel.jobs.bench.BenchRow;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the benchmarks. */
@Command(
    name = "bench",
    sortOptions = false,
    description =
        "Measures the parts of the job as ratios in one run, on the bundled model; a few minutes.")
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--provider",
      paramLabel = "P",
      defaultValue = "cpu",
      description = "cpu or cuda. Default: ${DEFAULT-VALUE}.")
  private Provider provider;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description =
          "One benchmark: normalization, learning, transfer, label-shift, streams, compile, job,"
              + " state, wire, kernels, or lag, which takes minutes. Default: all but lag, and but"
              + " transfer on the CPU, where nothing is transferred.")
  private String only;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "1",
      description = "Threads inside an operator of ONNX Runtime. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      defaultValue = "5",
      description = "Interleaved rounds the medians are taken over. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--json", description = "Print the figures as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (only != null && !Bench.names().contains(only)) {
      throw new ParameterException(
          spec.commandLine(),
          "--only is '" + only + "', expected one of " + String.join(", ", Bench.names()));
    }
    BenchOptions options = options();
    requireProvider();
    PrintWriter progress = spec.commandLine().getErr();
    List<BenchRow> rows =
        Bench.run(
            options,
            Optional.ofNullable(only),
            name -> progress.println("Measuring " + name + " ..."));
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? Json.line(Map.of("rows", rows, "options", options)) : table(rows));
    return 0;
  }

  /** A benchmark that says CUDA is measured on CUDA or not at all. */
  private void requireProvider() {
    if (provider == Provider.AUTO) {
      throw new ParameterException(
          spec.commandLine(), "--provider is 'auto', expected cpu or cuda: figures of one of them");
    }
    if (provider == Provider.CUDA) {
      try {
        SmallestModel.run(provider);
      } catch (LinkageError | RuntimeException e) {
        throw new CommandFailure("Nothing was measured: " + Failures.firstLine(e), e);
      }
    }
  }

  private BenchOptions options() {
    try {
      return new BenchOptions(new RuntimeOptions(provider, threads), rounds, 300);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static TextTable table(List<BenchRow> rows) {
    TextTable table =
        new TextTable("benchmark", "what", "batch", "us", "per second", "ratio", "to", "more");
    for (BenchRow row : rows) {
      table.row(
          row.benchmark(),
          row.name(),
          Integer.toString(row.batch()),
          String.format(Locale.ROOT, "%.1f", row.microsPerOperation()),
          String.format(Locale.ROOT, "%.0f", row.operationsPerSecond()),
          String.format(Locale.ROOT, "%.2f", row.ratio()),
          row.baseline(),
          row.more().entrySet().stream()
              .map(more -> String.format(Locale.ROOT, "%s %.4g", more.getKey(), more.getValue()))
              .collect(Collectors.joining(", ")));
    }
    return table;
  }
}
