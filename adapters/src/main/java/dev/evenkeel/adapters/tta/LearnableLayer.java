package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.onnx.autodiff.NotDifferentiableException;
import dev.evenkeel.adapters.onnx.autodiff.ReverseMode;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayer;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayers;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.ParameterNames;
import dev.evenkeel.adapters.onnx.rewrite.ReplaceNormalization;
import dev.evenkeel.adapters.onnx.rewrite.ReplaceNormalization.Rewritten;
import dev.evenkeel.adapters.onnx.rewrite.UseSourceStatistics;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A layer with scale and bias, and whether gradients of the logits reach them.
 *
 * @param obstacle the node that lets no gradient pass, and why; empty if they reach the layer
 */
public record LearnableLayer(AffineLayer layer, String obstacle) {
  public boolean isReached() {
    return obstacle.isEmpty();
  }

  /** All layers of a model that have scale and bias, in graph order. */
  public static List<LearnableLayer> of(SourceModel source) {
    NormalizationLayers layers = NormalizationLayers.find(source.model());
    AffineLayers affine = AffineLayers.find(source.model(), layers);
    if (affine.layers().isEmpty()) {
      return List.of();
    }
    Rewritten rewritten =
        ReplaceNormalization.apply(
            source.model(),
            layers.replaceable(),
            Optional.of(affine),
            source.outputValues(false),
            new UseSourceStatistics());
    return of(rewritten, source, affine);
  }

  static List<LearnableLayer> of(Rewritten rewritten, SourceModel source, AffineLayers affine) {
    return IntStream.range(0, affine.layers().size())
        .mapToObj(
            i ->
                new LearnableLayer(
                    affine.layers().get(i),
                    obstacle(rewritten, source, rewritten.parameters().get(i))))
        .toList();
  }

  /** Each layer by itself: another's obstacle need not be on its way. */
  private static String obstacle(
      Rewritten rewritten, SourceModel source, ParameterNames parameters) {
    try {
      ReverseMode.differentiate(
          rewritten.model(),
          source.logits(),
          LearningModels.SEED,
          List.of(parameters.scale(), parameters.bias()),
          new HashSet<>(rewritten.constants()));
      return "";
    } catch (NotDifferentiableException e) {
      return e.reason();
    }
  }
}
