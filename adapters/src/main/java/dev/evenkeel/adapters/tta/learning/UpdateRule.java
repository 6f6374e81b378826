package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.onnx.rewrite.AffineLayer;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayers;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.LearningModels;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.optimizer.Adam;
import dev.evenkeel.adapters.tta.optimizer.LearningRate;
import dev.evenkeel.adapters.tta.optimizer.Moved;
import dev.evenkeel.adapters.tta.optimizer.Optimizer;
import dev.evenkeel.adapters.tta.optimizer.OptimizerState;
import dev.evenkeel.adapters.tta.optimizer.Sgd;
import dev.evenkeel.adapters.tta.optimizer.StepCap;
import dev.evenkeel.adapters.tta.reset.PullBack;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How a gradient moves a stream's parameters: optimiser, learning rate, step cap, pull-back. */
final class UpdateRule {
  private final Optimizer optimizer;
  private final double learningRate;
  private final LearningRate rule;
  private final int referenceSamples;
  private final double stepCap;
  private final List<AffineLayer> layers;
  private final Optional<PullBack> pullBack;
  private final float[] source;

  static UpdateRule of(AdaptationProgram program) {
    return new UpdateRule(program.recipe(), program.learning().orElseThrow());
  }

  private UpdateRule(Recipe recipe, LearningModels models) {
    optimizer =
        recipe.get(LearningOptions.OPTIMIZER).equals("sgd")
            ? new Sgd(recipe.get(LearningOptions.MOMENTUM), recipe.get(LearningOptions.NESTEROV), 0)
            : new Adam(
                recipe.get(LearningOptions.BETA1),
                recipe.get(LearningOptions.BETA2),
                recipe.get(LearningOptions.EPSILON));
    learningRate = recipe.get(LearningOptions.LEARNING_RATE);
    rule =
        LearningRate.valueOf(
            recipe.get(LearningOptions.LEARNING_RATE_RULE).toUpperCase(Locale.ROOT));
    referenceSamples = recipe.get(LearningOptions.REFERENCE_SAMPLES);
    stepCap = recipe.get(LearningOptions.STEP_CAP);
    layers = models.affine().layers();
    double share = recipe.get(LearningOptions.PULL_BACK);
    pullBack = share > 0 ? Optional.of(new PullBack(share)) : Optional.empty();
    source = sourceParameters(models.affine());
  }

  private static float[] sourceParameters(AffineLayers affine) {
    float[] scale = affine.join(AffineLayer::scale).toFloats();
    float[] bias = affine.join(AffineLayer::bias).toFloats();
    float[] joined = Arrays.copyOf(scale, scale.length + bias.length);
    System.arraycopy(bias, 0, joined, scale.length, bias.length);
    return joined;
  }

  /** The parameters the source model was trained with. */
  float[] source() {
    return source;
  }

  /**
   * One step.
   *
   * @param accepted samples that the gradient comes from
   * @return the state with parameters and optimiser moved; empty if something is not finite
   */
  Optional<StateDict> apply(StateDict entries, float[] gradient, int accepted) {
    float[] before = LearnedState.parameters(entries, LearnedState.PARAMETERS);
    OptimizerState state = LearnedState.optimizer(entries);
    double rate = rule.of(learningRate, accepted, referenceSamples);
    Moved moved = optimizer.step(before, gradient, rate, state);
    float[] after = moved.parameters();
    if (stepCap > 0) {
      after = capped(before, after);
    }
    if (pullBack.isPresent()) {
      after = pullBack.get().apply(after, source);
    }
    boolean remembers = moved.state().vectors().values().stream().allMatch(Rows::isFinite);
    if (!remembers || !Rows.isFinite(gradient) || !Rows.isFinite(after)) {
      return Optional.empty();
    }
    Map<String, Tensor> learned =
        new TreeMap<>(LearnedState.parameters(LearnedState.PARAMETERS, after));
    learned.putAll(LearnedState.optimizer(moved.state()));
    return Optional.of(entries.with(learned));
  }

  /** Caps each layer's step, its scales and biases taken together: biases alone may be zero. */
  private float[] capped(float[] before, float[] after) {
    float[] capped = after.clone();
    int half = after.length / 2;
    for (AffineLayer layer : layers) {
      float[] span =
          StepCap.apply(
              span(before, layer, half),
              span(after, layer, half),
              new int[] {2 * layer.channels()},
              stepCap);
      System.arraycopy(span, 0, capped, layer.offset(), layer.channels());
      System.arraycopy(span, layer.channels(), capped, half + layer.offset(), layer.channels());
    }
    return capped;
  }

  private static float[] span(float[] parameters, AffineLayer layer, int half) {
    int width = layer.channels();
    float[] span = Arrays.copyOfRange(parameters, layer.offset(), layer.offset() + 2 * width);
    System.arraycopy(parameters, half + layer.offset(), span, width, width);
    return span;
  }
}
