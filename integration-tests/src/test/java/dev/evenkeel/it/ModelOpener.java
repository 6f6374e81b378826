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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A process that opens models one by one, and says of each what came of it; it may die of one. */
final class ModelOpener {
  private ModelOpener() {}

  /**
   * Opens the files that are named.
   *
   * @param files paths of models
   */
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      System.out.println("begin " + file);
      System.out.flush();
      System.out.println((answers(Path.of(file)) ? "served " : "refused ") + file);
      System.out.flush();
    }
  }

  private static boolean answers(Path file) throws Exception {
    try {
      SourceModel source =
          SourceModel.of(OnnxReader.read(Files.readAllBytes(file), "fuzzed"), Map.of());
      AdaptationProgram program =
          AdaptationProgram.compile(source, Recipe.parse("source", Map.of()), 0);
      try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
          AdaptationSession session = runtime.newSession();
          AdaptationState state = session.initialState()) {
        SampleBatch batch = session.newBatch();
        batch.addUint8(ByteBuffer.allocate(Math.toIntExact(program.source().sampleShape().size())));
        session.step(state, batch, false);
        return true;
      }
    } catch (RuntimeException e) {
      return false;
    }
  }
}
