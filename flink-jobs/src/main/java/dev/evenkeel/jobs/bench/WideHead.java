package dev.evenkeel.jobs.bench;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The bundled model with more classes: each of its own becomes many that are nearly alike. */
final class WideHead {
  private static final long SEED = 1;
  private static final float DIFFERENCE = 0.05f;

  private WideHead() {}

  /**
   * The model with another head.
   *
   * @param source whose logits come from a Gemm with transposed weights, as PyTorch exports them
   * @param classes a multiple of its classes
   */
  static SourceModel of(SourceModel source, int classes) {
    Graph graph = source.model().graph();
    Node head =
        graph.nodes().stream()
            .filter(node -> node.outputs().contains(source.logits()))
            .findFirst()
            .orElseThrow();
    Random random = new Random(SEED);
    Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    float[] weight = initializers.get(head.input(1)).toFloats();
    float[] bias = initializers.get(head.input(2)).toFloats();
    int width = weight.length / source.classes();
    float[] wideWeight = new float[classes * width];
    float[] wideBias = new float[classes];
    for (int y = 0; y < classes; y++) {
      int own = y % source.classes();
      wideBias[y] = bias[own];
      for (int i = 0; i < width; i++) {
        wideWeight[y * width + i] =
            weight[own * width + i] + DIFFERENCE * (float) random.nextGaussian();
      }
    }
    initializers.put(head.input(1), Tensor.ofFloats(Shape.of(classes, width), wideWeight));
    initializers.put(head.input(2), Tensor.ofFloats(Shape.of(classes), wideBias));
    SourceModel named =
        new SourceModel(
            source.model(),
            source.input(),
            source.inputType(),
            source.sampleShape(),
            source.logits(),
            source.features(),
            classes);
    Model wide =
        source
            .model()
            .withGraph(
                new Graph(
                    graph.name(),
                    graph.inputs(),
                    List.of(named.logitsValue()),
                    graph.nodes(),
                    initializers,
                    Map.of()));
    return SourceModel.of(wide, Map.of());
  }
}
