package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.rewrite.Constants;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayer;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.LearnableLayer;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What was found in a model.
 *
 * @param source the places a recipe needs to know, if they were found
 * @param problems why they were not
 * @param layers every normalisation node in graph order
 * @param summary what can be adapted, in one sentence
 * @param advice how to make more adaptable; empty if nothing has to be done
 */
record Inspection(
    Model model,
    Optional<SourceModel> source,
    List<String> problems,
    List<Layer> layers,
    String summary,
    String advice) {

  /**
   * A normalisation node.
   *
   * @param channels number of channels, null if it is not known
   * @param reason why its statistics cannot be adapted; empty if they can
   * @param obstacle why its scale and bias cannot be learned; empty if they can
   */
  record Layer(Node node, Integer channels, String reason, String obstacle) {
    boolean isAdaptable() {
      return reason.isEmpty();
    }

    boolean isLearnable() {
      return obstacle.isEmpty();
    }
  }

  /**
   * Looks into a model.
   *
   * @param settings may name the logits
   */
  static Inspection of(Model model, Map<String, String> settings) {
    Optional<SourceModel> source = Optional.empty();
    List<String> problems = List.of();
    try {
      source = Optional.of(SourceModel.of(model, settings));
    } catch (RecipeException e) {
      problems = e.problems();
    }
    List<Layer> layers = layers(model, source);
    return new Inspection(
        model, source, problems, layers, summary(model, layers), advice(model, layers));
  }

  /** All findings by name, for JSON. */
  Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("opset", model.opset());
    fields.put("ir_version", model.irVersion());
    fields.put("inputs", model.graph().inputs().stream().map(Inspection::valueFields).toList());
    fields.put("outputs", model.graph().outputs().stream().map(Inspection::valueFields).toList());
    fields.put("logits", source.map(SourceModel::logits).orElse(null));
    fields.put("features", source.flatMap(SourceModel::features).orElse(null));
    fields.put("classes", source.map(SourceModel::classes).orElse(null));
    fields.put("adaptable", layers.stream().anyMatch(Layer::isAdaptable));
    fields.put("learnable", layers.stream().anyMatch(Layer::isLearnable));
    fields.put("layers", layers.stream().map(Inspection::layerFields).toList());
    fields.put("summary", summary);
    fields.put("advice", advice);
    fields.put("problems", problems);
    return fields;
  }

  /** All findings, for people. */
  String toText() {
    List<String> lines = new ArrayList<>();
    lines.add("opset     " + model.opset() + ", IR version " + model.irVersion());
    model.graph().inputs().forEach(value -> lines.add("input     " + describe(value)));
    model.graph().outputs().forEach(value -> lines.add("output    " + describe(value)));
    source.ifPresent(
        found -> {
          lines.add("logits    " + found.logits() + ", " + found.classes() + " classes");
          lines.add("features  " + found.features().orElse("none found before the logits"));
        });
    problems.forEach(problem -> lines.add("problem   " + problem));
    if (!layers.isEmpty()) {
      TextTable table =
          new TextTable("normalisation layer", "channels", "statistics", "scale and bias");
      layers.forEach(
          layer ->
              table.row(
                  layer.node().label(),
                  layer.channels() == null ? "?" : layer.channels().toString(),
                  layer.isAdaptable() ? "adaptable" : "fixed: " + layer.reason(),
                  layer.isLearnable() ? "learnable" : "fixed: " + layer.obstacle()));
      lines.add("");
      lines.add(table.toString());
    }
    lines.add("");
    lines.add(summary);
    if (!advice.isEmpty()) {
      lines.add(advice);
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static List<Layer> layers(Model model, Optional<SourceModel> source) {
    Map<Node, LearnableLayer> learnable =
        source.map(LearnableLayer::of).orElse(List.of()).stream()
            .collect(Collectors.toMap(layer -> layer.layer().node(), Function.identity()));
    String unknown =
        source.isPresent()
            ? "they are no constants with a value for each channel"
            : "there are no gradients without logits";
    Function<Node, String> obstacle =
        node -> learnable.containsKey(node) ? learnable.get(node).obstacle() : unknown;
    NormalizationLayers found = NormalizationLayers.find(model);
    List<Layer> layers = new ArrayList<>();
    for (NormalizationLayer layer : found.replaceable()) {
      layers.add(new Layer(layer.node(), layer.channels(), "", obstacle.apply(layer.node())));
    }
    for (NormalizationLayers.Fixed fixed : found.fixed()) {
      Node node = fixed.node();
      Tensor scale = new Constants(model.graph()).find(node.input(1)).orElse(null);
      Integer channels = scale == null ? null : scale.size();
      layers.add(new Layer(node, channels, fixed.reason(), obstacle.apply(node)));
    }
    List<Node> order = model.graph().nodes();
    layers.sort(Comparator.comparingInt(layer -> order.indexOf(layer.node())));
    return List.copyOf(layers);
  }

  private static String summary(Model model, List<Layer> layers) {
    List<Layer> adaptable = layers.stream().filter(Layer::isAdaptable).toList();
    List<Layer> learnable = layers.stream().filter(Layer::isLearnable).toList();
    if (!adaptable.isEmpty() || !learnable.isEmpty()) {
      return ("%d of %d normalisation layers can be adapted, %d channels;"
              + " scale and bias of %d can be learned, %d channels.")
          .formatted(
              adaptable.size(),
              layers.size(),
              channels(adaptable),
              learnable.size(),
              channels(learnable));
    }
    if (!layers.isEmpty()) {
      return "Nothing can be adapted: none of the %d normalisation layers has statistics that can"
              .formatted(layers.size())
          + " be replaced, or scale and bias that can be learned.";
    }
    long convolutions = foldedConvolutions(model.graph());
    return convolutions > 0
        ? "Nothing can be adapted: there is no normalisation layer, but %d convolutions with a bias:"
                .formatted(convolutions)
            + " batch normalisation was probably folded into them at export."
        : "Nothing can be adapted: the model has no normalisation layer.";
  }

  private static int channels(List<Layer> layers) {
    return layers.stream().mapToInt(Layer::channels).sum();
  }

  private static String advice(Model model, List<Layer> layers) {
    if (layers.isEmpty() && foldedConvolutions(model.graph()) > 0) {
      return "Put the layers back with './evenkeel model prepare --model M --calibration X.npy --out"
          + " M2', where X.npy holds a few hundred unlabelled samples of the training domain. Or"
          + " export the model with them kept, in PyTorch: torch.onnx.export(model.eval(), ...,"
          + " do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE), without fusing"
          + " it or simplifying the file before.";
    }
    boolean statistics = layers.stream().anyMatch(Layer::isAdaptable);
    boolean learns = layers.stream().anyMatch(Layer::isLearnable);
    if (!statistics && !learns) {
      return "Recipe 'source' runs such a model unadapted; adapting needs normalisation layers that"
          + " gradients reach, or BatchNormalization layers.";
    }
    if (!learns) {
      return "Recipes that adapt statistics work with it, such as 'unmix-tns'.";
    }
    int last = reachedLast(layers);
    if (layers.stream().anyMatch(layer -> !layer.isLearnable()) && last > 0) {
      return "Recipes that learn, such as 'tent', may need adapt-layers set to last:" + last + ".";
    }
    return statistics ? "" : "Recipes that learn work with it, such as 'tent'.";
  }

  /** Number of layers at the end that can all be learned. */
  private static int reachedLast(List<Layer> layers) {
    int last = 0;
    while (last < layers.size() && layers.get(layers.size() - 1 - last).isLearnable()) {
      last++;
    }
    return last;
  }

  /** Convolutions with a bias: what folding leaves, since networks with BN train them without. */
  private static long foldedConvolutions(Graph graph) {
    return graph.nodes().stream()
        .filter(node -> node.is("Conv") && !node.input(2).isEmpty())
        .count();
  }

  private static Map<String, Object> valueFields(Value value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", value.name());
    fields.put("type", value.type().name());
    fields.put(
        "shape",
        value.shape().map(shape -> shape.stream().map(Inspection::axis).toList()).orElse(null));
    return fields;
  }

  private static Object axis(Dimension dimension) {
    return dimension.isKnown() ? Long.valueOf(dimension.size()) : dimension.toString();
  }

  private static Map<String, Object> layerFields(Layer layer) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", layer.node().name().isEmpty() ? layer.node().output() : layer.node().name());
    fields.put("operator", layer.node().opType());
    fields.put("channels", layer.channels());
    fields.put("adaptable", layer.isAdaptable());
    fields.put("reason", layer.reason());
    fields.put("learnable", layer.isLearnable());
    fields.put("gradient_obstacle", layer.obstacle());
    return fields;
  }

  private static String describe(Value value) {
    String shape =
        value
            .shape()
            .map(
                dimensions ->
                    dimensions.stream()
                        .map(Dimension::toString)
                        .collect(Collectors.joining(", ", "[", "]")))
            .orElse("of unknown rank");
    return value.name() + " " + value.type() + " " + shape;
  }
}
