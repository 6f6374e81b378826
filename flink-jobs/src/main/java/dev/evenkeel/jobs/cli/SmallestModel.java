package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** The smallest classifier there is: whether a provider works is known when it has run. */
final class SmallestModel {
  private SmallestModel() {}

  /**
   * Loads it and answers one sample.
   *
   * @return what it ran on, for people
   * @throws IllegalStateException with the reason if the provider does not work here
   */
  static String run(Provider provider) {
    SourceModel source = SourceModel.of(Model.of(graph(), 17, 8), Map.of());
    AdaptationProgram program =
        AdaptationProgram.compile(source, Recipe.parse("source", Map.of()), 0);
    try (ProgramRuntime runtime = OrtRuntime.open(program, new RuntimeOptions(provider, 1));
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      batch.addFloat32(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2).flip());
      session.step(state, batch, false);
      return runtime.description();
    }
  }

  private static Graph graph() {
    return new Graph(
        "doctor",
        List.of(Value.of("input", ElementType.FLOAT32, Dimension.symbol("N"), Dimension.of(2))),
        List.of(Value.of("logits", ElementType.FLOAT32, Dimension.symbol("N"), Dimension.of(2))),
        List.of(Node.of("MatMul", List.of("input", "weight"), List.of("logits"), Map.of())),
        Map.of("weight", Tensor.ofFloats(Shape.of(2, 2), 1, 0, 0, 1)),
        Map.of());
  }
}
