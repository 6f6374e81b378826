package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.onnx.autodiff.Gradients;
import dev.evenkeel.adapters.onnx.autodiff.NotDifferentiableException;
import dev.evenkeel.adapters.onnx.autodiff.ReverseMode;
import dev.evenkeel.adapters.onnx.autodiff.SplitPasses;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayer;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayers;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.onnx.rewrite.ParameterNames;
import dev.evenkeel.adapters.onnx.rewrite.ReplaceNormalization.Rewritten;
import dev.evenkeel.adapters.onnx.rewrite.StreamAxis;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The passes that learn: a forward pass that saves activations, and a backward pass from the
 * derivative of the loss by the logits ({@link #SEED}) to the gradient of the parameters ({@link
 * #GRADIENT}).
 *
 * @param forward answers, next state, then the saved activations
 * @param backward gradient float {@code [streams, 2 * channels of adapted layers]}, scales then
 *     biases
 * @param saved what goes from the forward to the backward pass
 * @param affine all layers with parameters
 * @param adapted those that are learned
 * @param features width of what the last linear layer reads, where another head may take its place;
 *     the seed then has the derivative by the features behind that by the logits. 0 if none may
 */
public record LearningModels(
    Model forward,
    Model backward,
    List<String> saved,
    AffineLayers affine,
    List<AffineLayer> adapted,
    int features) {
  /** Graph input of the backward pass, float {@code [batch, classes + features]}. */
  public static final String SEED = "gradient.logits";

  /** Graph output of the backward pass. */
  public static final String GRADIENT = "gradient.affine";

  public LearningModels {
    saved = List.copyOf(saved);
    adapted = List.copyOf(adapted);
  }

  /**
   * Differentiates.
   *
   * @param anotherHead whether another head may take the place of the last linear layer
   */
  static LearningModels of(
      Rewritten rewritten,
      SourceModel source,
      AffineLayers affine,
      List<AffineLayer> adapted,
      boolean anotherHead) {
    List<ParameterNames> parameters =
        adapted.stream()
            .map(layer -> rewritten.parameters().get(affine.layers().indexOf(layer)))
            .toList();
    List<String> targets =
        Stream.concat(
                parameters.stream().map(ParameterNames::scale),
                parameters.stream().map(ParameterNames::bias))
            .toList();
    Optional<Joined> joined =
        anotherHead ? Optional.of(Joined.of(rewritten.model(), source)) : Optional.empty();
    Gradients gradients =
        differentiate(
            rewritten,
            source,
            affine,
            joined.map(Joined::model).orElse(rewritten.model()),
            joined.map(Joined::value).orElse(source.logits()),
            targets);
    Model joint = sumByStream(gradients, rewritten, adapted);
    SplitPasses.Passes passes = SplitPasses.split(joint, SEED, List.of(GRADIENT));
    return new LearningModels(
        passes.forward(),
        passes.backward(),
        passes.saved(),
        affine,
        adapted,
        joined.map(Joined::features).orElse(0));
  }

  /**
   * A model with a value that joins logits and features, so that one seed reaches both.
   *
   * @param value {@code [batch, classes + features]}
   * @param features their number
   */
  private record Joined(Model model, String value, int features) {
    static Joined of(Model model, SourceModel source) {
      String features = source.features().orElseThrow();
      long width =
          Optional.ofNullable(ShapeInference.infer(model).get(features))
              .flatMap(Value::shape)
              .filter(shape -> shape.size() == 2 && shape.get(1).isKnown())
              .orElseThrow(
                  () ->
                      new RecipeException(
                          List.of(
                              "The features '"
                                  + features
                                  + "' are no matrix of known width, which a recipe that learns"
                                  + " behind a Label Shift Adapter needs; use prior-correction")))
              .get(1)
              .size();
      GraphBuilder graph = new GraphBuilder(model);
      model.graph().nodes().forEach(graph::add);
      model.graph().outputs().forEach(graph::output);
      String value = graph.concat(1, List.of(source.logits(), features));
      graph.output(
          Value.of(
              value,
              ElementType.FLOAT32,
              Dimension.symbol("batch"),
              Dimension.of(source.classes() + width)));
      return new Joined(
          model.withGraph(graph.build(model.graph().name(), model.graph().values())),
          value,
          Math.toIntExact(width));
    }
  }

  private static Gradients differentiate(
      Rewritten rewritten,
      SourceModel source,
      AffineLayers affine,
      Model model,
      String output,
      List<String> targets) {
    try {
      return ReverseMode.differentiate(
          model, output, SEED, targets, new HashSet<>(rewritten.constants()));
    } catch (NotDifferentiableException e) {
      throw new RecipeException(
          List.of(e.reason() + "; " + remedy(LearnableLayer.of(rewritten, source, affine))));
    }
  }

  /** What to set instead, given how far gradients come. */
  private static String remedy(List<LearnableLayer> layers) {
    List<String> reached =
        layers.stream()
            .filter(LearnableLayer::isReached)
            .map(layer -> layer.layer().node().label())
            .toList();
    if (reached.isEmpty()) {
      return "no layer can be adapted behind it; use a recipe that learns no parameters, such as"
          + " 'unmix-tns'";
    }
    int last = 0;
    while (last < layers.size() && layers.get(layers.size() - 1 - last).isReached()) {
      last++;
    }
    return last == reached.size()
        ? "set adapt-layers to last:" + last + " to adapt only the layers behind it: " + reached
        : "set adapt-layers to a regular expression that finds only layers that gradients reach: "
            + reached;
  }

  /** Joins the gradients of all samples and layers, and sums those of each stream. */
  private static Model sumByStream(
      Gradients gradients, Rewritten rewritten, List<AffineLayer> adapted) {
    Model joint = gradients.joint();
    GraphBuilder graph = new GraphBuilder(joint);
    joint.graph().nodes().forEach(graph::add);
    rewritten.model().graph().outputs().forEach(graph::output);
    String perSample = graph.concat(1, new ArrayList<>(gradients.gradients()));
    String sums = graph.matMul(graph.transpose(rewritten.membership(), 1, 0), perSample);
    graph.rename(sums, GRADIENT);
    int channels = adapted.stream().mapToInt(AffineLayer::channels).sum();
    graph.output(
        Value.of(GRADIENT, ElementType.FLOAT32, StreamAxis.STREAMS, Dimension.of(2L * channels)));
    return joint.withGraph(graph.build(joint.graph().name(), joint.graph().values()));
  }

  /** Length of the parameters: scales and biases of all affine layers. */
  public int parameterCount() {
    return 2 * affine.totalChannels();
  }

  /**
   * Spreads one stream's output of the backward pass over all parameters.
   *
   * @return zero where a layer is not adapted
   */
  public float[] spread(float[] gradient) {
    float[] all = new float[parameterCount()];
    int channels = gradient.length / 2;
    int position = 0;
    for (AffineLayer layer : adapted) {
      int width = layer.channels();
      System.arraycopy(gradient, position, all, layer.offset(), width);
      System.arraycopy(
          gradient, channels + position, all, affine.totalChannels() + layer.offset(), width);
      position += width;
    }
    return all;
  }
}
