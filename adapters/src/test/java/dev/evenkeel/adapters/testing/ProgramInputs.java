package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.onnx.rewrite.StreamAxis;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The graph inputs of a program's step, for running its model without a session. */
public final class ProgramInputs {
  private ProgramInputs() {}

  /**
   * @param states canonical state of each stream
   * @param streamOfSample index into states for each sample
   * @param samples {@code [samples, ...]}
   */
  public static Map<String, Tensor> of(
      AdaptationProgram program, List<StateDict> states, int[] streamOfSample, Tensor samples) {
    Map<String, Tensor> inputs = new TreeMap<>();
    inputs.put(program.source().input(), samples);
    if (program.model().graph().input(StreamAxis.INDEX) != null) {
      long[] index = new long[streamOfSample.length];
      float[] count = new float[states.size()];
      for (int i = 0; i < index.length; i++) {
        index[i] = streamOfSample[i];
        count[streamOfSample[i]]++;
      }
      inputs.put(StreamAxis.INDEX, Tensor.ofLongs(Shape.of(index.length), index));
      inputs.put(StreamAxis.COUNT, Tensor.ofFloats(Shape.of(count.length), count));
    }
    putStates(program.layout(), states, inputs);
    return inputs;
  }

  private static void putStates(
      StateLayout layout, List<StateDict> states, Map<String, Tensor> inputs) {
    List<FloatBuffer> joined = new ArrayList<>();
    for (StateLayout.StateTensor tensor : layout.tensors()) {
      joined.add(FloatBuffer.allocate(states.size() * (int) tensor.shape().size()));
    }
    for (int s = 0; s < states.size(); s++) {
      List<FloatBuffer> own = new ArrayList<>();
      for (FloatBuffer all : joined) {
        int size = all.capacity() / states.size();
        own.add(all.slice(s * size, size));
      }
      layout.pack(states.get(s), own);
    }
    for (int t = 0; t < joined.size(); t++) {
      Shape shape = layout.tensors().get(t).shape();
      long[] dimensions = new long[1 + shape.rank()];
      dimensions[0] = states.size();
      System.arraycopy(shape.dimensions(), 0, dimensions, 1, shape.rank());
      inputs.put(
          layout.tensors().get(t).input(),
          Tensor.ofFloats(Shape.of(dimensions), joined.get(t).array()));
    }
  }
}
