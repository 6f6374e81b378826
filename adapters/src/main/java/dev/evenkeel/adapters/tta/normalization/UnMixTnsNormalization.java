package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayer;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.UseUnMixTnsStatistics;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout;
import dev.evenkeel.adapters.tta.learning.LearningOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Per-sample statistics from K un-mixed components (arXiv 2401.08328). */
final class UnMixTnsNormalization implements NormalizationMethod {
  static final Option<Integer> COMPONENTS =
      Option.integer(
          "normalization.components",
          16,
          1,
          "count, at least 1",
          "Statistic components per layer; 16 for one domain at a time, 128 for mixed domains.");
  static final Option<Double> TEMPERATURE =
      Option.number(
          "normalization.temperature",
          0.07,
          1e-6,
          1e6,
          "above 0",
          "Temperature of the assignment of samples to components.");
  static final Option<Double> SPREAD =
      Option.number(
          "normalization.initial-spread",
          0.5,
          0,
          1,
          "[0, 1]",
          "Share of the source variance that the first components' means are spread by.");
  static final Option<Double> MOMENTUM =
      new Option<>(
          "normalization.momentum",
          "number",
          "",
          "(0, 1]",
          "Share of a batch in the running statistics; default the layer's own, 0.1 in PyTorch.",
          text -> text.isEmpty() ? null : Option.numberIn(1e-9, 1).apply(text));
  static final Option<Integer> REFERENCE_BATCH =
      Option.integer(
          "normalization.reference-batch",
          64,
          1,
          "samples, at least 1",
          "Batch size at which a batch moves the components by the momentum; smaller ones move"
              + " them less.");
  static final Option<Boolean> WITHIN_COMPONENT_TERM =
      Option.flag(
          "normalization.within-component-term",
          false,
          "Adds p(1-p)(m-M)^2 to the variance, which a true mixture has and the authors' code"
              + " leaves out.");
  static final Option<String> INITIAL_COMPONENTS =
      Option.text(
          "normalization.initial-components",
          "path prefix",
          "Starts from PREFIX_means.npy and PREFIX_vars.npy, float32 [components, channels],"
              + " instead of a random draw.");

  @Override
  public String name() {
    return "unmix-tns";
  }

  @Override
  public String summary() {
    return "Statistics of each sample, mixed from components that are un-mixed by similarity.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(
        COMPONENTS,
        TEMPERATURE,
        SPREAD,
        MOMENTUM,
        REFERENCE_BATCH,
        WITHIN_COMPONENT_TERM,
        INITIAL_COMPONENTS);
  }

  @Override
  public double temperature() {
    return 0.8;
  }

  @Override
  public FrozenStatistics frozen() {
    return FrozenStatistics.SAMPLE;
  }

  @Override
  public NormalizationPlan plan(
      SourceModel source, NormalizationLayers layers, Recipe recipe, long seed) {
    int components = recipe.get(COMPONENTS);
    return new NormalizationPlan(
        () ->
            new UseUnMixTnsStatistics(
                components,
                recipe.get(TEMPERATURE),
                recipe.get(REFERENCE_BATCH),
                recipe.get(MOMENTUM),
                recipe.get(WITHIN_COMPONENT_TERM),
                recipe.get(LearningOptions.AUXILIARY_WRITES)),
        Optional.empty(),
        layout(layers, components),
        initialState(layers, components, recipe, seed));
  }

  private static StateLayout layout(NormalizationLayers layers, int components) {
    int total = layers.totalChannels();
    StateLayout.Builder layout =
        new StateLayout.Builder()
            .entry("norm.means", components, total)
            .entry("norm.variances", components, total);
    Map<Integer, List<NormalizationLayer>> byWidth = new TreeMap<>();
    for (NormalizationLayer layer : layers.replaceable()) {
      byWidth.computeIfAbsent(layer.channels(), width -> new ArrayList<>()).add(layer);
    }
    byWidth.forEach(
        (width, group) -> {
          int tensor =
              layout.tensor(
                  UseUnMixTnsStatistics.state(width),
                  UseUnMixTnsStatistics.next(width),
                  group.size(),
                  components,
                  2L * width);
          for (int i = 0; i < group.size(); i++) {
            for (int k = 0; k < components; k++) {
              int row = (i * components + k) * 2 * width;
              int entryOffset = k * total + group.get(i).offset();
              layout.segment("norm.means", entryOffset, tensor, row, width);
              layout.segment("norm.variances", entryOffset, tensor, row + width, width);
            }
          }
        });
    return layout.build();
  }

  private static StateDict initialState(
      NormalizationLayers layers, int components, Recipe recipe, long seed) {
    String prefix = recipe.get(INITIAL_COMPONENTS);
    Shape shape = Shape.of(components, layers.totalChannels());
    return prefix.isEmpty()
        ? draw(layers, shape, recipe.get(SPREAD), seed)
        : StateDict.of(
            Map.of(
                "norm.means", load(prefix + "_means.npy", shape),
                "norm.variances", load(prefix + "_vars.npy", shape)));
  }

  /**
   * Draws means around the source means and shrinks the variances so that the expected total
   * variance is the source variance (equation 5).
   */
  private static StateDict draw(NormalizationLayers layers, Shape shape, double spread, long seed) {
    int components = (int) shape.dimension(0);
    int channels = (int) shape.dimension(1);
    double share = components == 1 ? 0 : spread;
    double scale = components == 1 ? 0 : Math.sqrt(share * components / (components - 1));
    float[] sourceMeans = layers.join(NormalizationLayer::mean).toFloats();
    float[] sourceVariances = layers.join(NormalizationLayer::variance).toFloats();
    CounterRandom random = new CounterRandom(seed, 0);
    float[] means = new float[components * channels];
    float[] variances = new float[components * channels];
    for (int k = 0; k < components; k++) {
      for (int c = 0; c < channels; c++) {
        double noise = scale * Math.sqrt(sourceVariances[c]) * random.nextGaussian();
        means[k * channels + c] = (float) (sourceMeans[c] + noise);
        variances[k * channels + c] = (float) ((1 - share) * sourceVariances[c]);
      }
    }
    return StateDict.of(
        Map.of(
            "norm.means", Tensor.ofFloats(shape, means),
            "norm.variances", Tensor.ofFloats(shape, variances)));
  }

  private static Tensor load(String file, Shape expected) {
    Tensor tensor;
    try {
      tensor = Npy.read(Path.of(file));
    } catch (IOException e) {
      throw new RecipeException(
          List.of(INITIAL_COMPONENTS.key() + ": cannot read " + file + ": " + e.getMessage()));
    }
    if (tensor.type() != ElementType.FLOAT32 || !tensor.shape().equals(expected)) {
      throw new RecipeException(
          List.of(
              INITIAL_COMPONENTS.key()
                  + ": "
                  + file
                  + " is "
                  + tensor
                  + ", expected "
                  + ElementType.FLOAT32
                  + expected
                  + " ([components, channels]); does "
                  + COMPONENTS.key()
                  + " match?"));
    }
    return tensor;
  }
}
