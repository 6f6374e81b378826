package dev.evenkeel.jobs.bench;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.ort.StateTransfer;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.demo.data.FashionData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A step against plain inference from one sample to 256, with what of it is the way of the state to
 * the provider and back: on CUDA the state crosses the bus at each step, whatever the batch.
 */
final class TransferBenchmark implements Benchmark {
  private static final List<Integer> BATCHES = List.of(1, 4, 16, 64, 256);
  private static final List<String> STATELESS = List.of("source", "tent");
  private static final List<String> WITH_STATE = List.of("ema-bn", "unmix-tns");

  @Override
  public String name() {
    return "transfer";
  }

  @Override
  public boolean isLong(BenchOptions options) {
    return options.runtime().provider() != Provider.CUDA;
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) {
    List<String> recipes = new ArrayList<>(STATELESS);
    recipes.addAll(WITH_STATE);
    List<BenchRow> rows =
        new ArrayList<>(new StepBenchmark(name(), recipes, BATCHES).run(options, data));
    SourceModel source = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    for (String recipe : WITH_STATE) {
      AdaptationProgram program = AdaptationProgram.compile(source, StepBenchmark.parse(recipe), 0);
      try (StateTransfer transfer = StateTransfer.open(program, options.runtime())) {
        double micros = micros(options, transfer);
        rows.replaceAll(
            row -> row.name().equals(recipe) ? with(row, micros, transfer.byteSize()) : row);
      }
    }
    return rows;
  }

  private static double micros(BenchOptions options, StateTransfer transfer) {
    return options
            .timing()
            .run(List.of(new InterleavedTiming.Work("transfer", transfer::run)), System::nanoTime)
            .get(0)
            .nanosPerOperation()
        / 1e3;
  }

  private static BenchRow with(BenchRow row, double micros, long bytes) {
    return row.with("state transfer, us", micros)
        .with("of the step", micros / row.microsPerOperation())
        .with("state, bytes", (double) bytes);
  }
}
