package dev.evenkeel.jobs.bench;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.demo.data.FashionData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Calls on {@value #POOL} streams in turn, so many of them in a call, against calls of the same
 * size on one stream.
 */
final class StreamsBenchmark implements Benchmark {
  private static final int POOL = 1000;
  private static final List<Integer> CALLS = List.of(16, 64);
  private static final List<String> RECIPES =
      List.of("batch-norm", "ema-bn", "unmix-tns", "tent", "unmix-tns+tent");

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) {
    SourceModel source = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    List<BenchRow> rows = new ArrayList<>();
    for (String recipe : RECIPES) {
      AdaptationProgram program = AdaptationProgram.compile(source, StepBenchmark.parse(recipe), 0);
      try (OrtRuntime runtime = OrtRuntime.open(program, options.runtime());
          AdaptationSession session = runtime.newSession();
          StreamPool pool = new StreamPool(session, POOL)) {
        for (int call : CALLS) {
          rows.addAll(measure(options, data, recipe, session, pool, call));
        }
      }
    }
    return rows;
  }

  private List<BenchRow> measure(
      BenchOptions options,
      FashionData data,
      String recipe,
      AdaptationSession session,
      StreamPool pool,
      int call) {
    SampleBatch batch = session.newBatch();
    for (int i = 0; i < call; i++) {
      batch.addUint8(ByteBuffer.wrap(data.pixels(i)));
    }
    List<InterleavedTiming.Work> works = new ArrayList<>();
    for (int streams : List.of(1, call / 4, call)) {
      int[] turnOfSample = new int[call];
      for (int i = 0; i < call; i++) {
        turnOfSample[i] = i % streams;
      }
      works.add(
          new InterleavedTiming.Work(
              recipe + ", streams in a call: " + streams,
              () ->
                  session.step(
                      streams == 1 ? pool.first() : pool.next(streams), turnOfSample, batch)));
    }
    return options.timing().run(works, System::nanoTime).stream()
        .map(timing -> BenchRow.of(name(), call, "one stream", timing))
        .toList();
  }

  /** States that take turns. */
  private static final class StreamPool implements AutoCloseable {
    private final List<Turn> turns = new ArrayList<>();
    private int position;

    StreamPool(AdaptationSession session, int size) {
      for (int i = 0; i < size; i++) {
        turns.add(Turn.of(session.initialState(), false));
      }
    }

    List<Turn> first() {
      return turns.subList(0, 1);
    }

    List<Turn> next(int count) {
      position = position + count > turns.size() ? 0 : position;
      position += count;
      return turns.subList(position - count, position);
    }

    @Override
    public void close() {
      turns.forEach(turn -> turn.state().close());
    }
  }
}
