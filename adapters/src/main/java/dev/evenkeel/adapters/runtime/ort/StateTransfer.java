package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.StateLayout.StateTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The way of a program's state to the provider and back, by itself: one stream's state tensors go
 * through a graph of nothing but Identity, from and into the same kind of memory as in a step. On
 * CUDA that is twice the bus, on the CPU a copy and the cost of a call. For one thread.
 */
public final class StateTransfer implements AutoCloseable {
  private final OrtSession session;
  private final OrtStatistics before;
  private final OrtStatistics after;

  private StateTransfer(OrtSession session, OrtStatistics before, OrtStatistics after) {
    this.session = session;
    this.before = before;
    this.after = after;
  }

  /**
   * @throws IllegalArgumentException if the program has no state tensors
   * @throws IllegalStateException if ONNX Runtime or the provider refuses
   */
  public static StateTransfer open(AdaptationProgram program, RuntimeOptions options) {
    List<StateTensor> tensors = program.layout().tensors();
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException(
          "Recipe " + program.recipe().expression() + " has no state tensors to transfer");
    }
    OrtEnvironment environment = OrtLibrary.environment();
    try (OrtSession.SessionOptions sessionOptions = new OrtSession.SessionOptions()) {
      SessionSetup.apply(sessionOptions, options);
      byte[] model = OnnxWriter.toBytes(Model.of(identities(tensors), 17, 8));
      OrtSession session = environment.createSession(model, sessionOptions);
      return new StateTransfer(
          session,
          new OrtStatistics(environment, program.layout()),
          new OrtStatistics(environment, program.layout()));
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses the transfer: " + e.getMessage(), e);
    }
  }

  private static Graph identities(List<StateTensor> tensors) {
    List<Value> inputs = new ArrayList<>();
    List<Value> outputs = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    for (StateTensor tensor : tensors) {
      Dimension[] shape =
          Arrays.stream(OrtStatistics.withStreams(1, tensor.shape()))
              .mapToObj(Dimension::of)
              .toArray(Dimension[]::new);
      inputs.add(Value.of(tensor.input(), ElementType.FLOAT32, shape));
      outputs.add(Value.of(tensor.output(), ElementType.FLOAT32, shape));
      nodes.add(Node.of("Identity", List.of(tensor.input()), List.of(tensor.output()), Map.of()));
    }
    return new Graph("state-transfer", inputs, outputs, nodes, Map.of(), Map.of());
  }

  /** Takes the state there and back once. */
  public void run() {
    Map<String, OnnxTensor> inputs = before.inputs();
    try (OrtSession.Result result = session.run(inputs, Set.of(), after.outputs())) {
      if (result.size() != inputs.size()) {
        throw new IllegalStateException(
            "Sent " + inputs.size() + " state tensors, came back " + result.size());
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed in a transfer: " + e.getMessage(), e);
    }
  }

  /** Bytes that go one way. */
  public long byteSize() {
    return before.byteSize();
  }

  /** What is sent. */
  OrtStatistics before() {
    return before;
  }

  /** What came back. */
  OrtStatistics after() {
    return after;
  }

  @Override
  public void close() {
    before.close();
    after.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed to close: " + e.getMessage(), e);
    }
  }
}
