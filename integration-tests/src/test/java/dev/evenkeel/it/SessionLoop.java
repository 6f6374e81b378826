package dev.evenkeel.it;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.demo.data.FashionData;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * A process that does nothing but steps of one sample and prints, a hundred times in all, resident
 * kilobytes, direct memory in bytes and open files.
 */
final class SessionLoop {
  static final int REPORTS = 100;

  private SessionLoop() {}

  /**
   * @param arguments recipe, number of batches, a directory
   */
  public static void main(String[] arguments) throws IOException {
    int batches = Integer.parseInt(arguments[1]);
    FashionData data = FashionData.unpack(Path.of(arguments[2]));
    SourceModel source = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    Recipe recipe = Recipe.parse(arguments[0], Map.of("normalization.min-batch", "1"));
    AdaptationProgram program = AdaptationProgram.compile(source, recipe, 0);
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      for (int i = 1; i <= batches; i++) {
        batch.clear();
        batch.addUint8(ByteBuffer.wrap(data.pixels(i % data.size())));
        session.step(state, batch, true);
        if (i % (batches / REPORTS) == 0) {
          report();
        }
      }
    }
  }

  private static void report() throws IOException {
    long pid = ProcessHandle.current().pid();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    System.out.printf(
        "%d %d %d%n", ProcessUse.residentKilobytes(pid), direct, ProcessUse.descriptors(pid));
  }
}
