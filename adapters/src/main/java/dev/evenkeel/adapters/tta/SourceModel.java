package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.onnx.rewrite.Constants;
import dev.evenkeel.adapters.onnx.rewrite.PruneUnused;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A classifier as it was trained, with the places a recipe needs to know: its input, its logits and
 * the features before its last linear layer.
 *
 * @param model the graph as read
 * @param input name of the one graph input that takes samples
 * @param inputType FLOAT32, or UINT8 for a model that scales its input itself
 * @param sampleShape dimensions of one sample, without the batch axis
 * @param logits name of the value holding logits {@code [batch, classes]}
 * @param features name of the input of the last Gemm or MatMul before the logits, if there is one
 * @param classes number of classes, at least 2
 */
public record SourceModel(
    Model model,
    String input,
    ElementType inputType,
    Shape sampleShape,
    String logits,
    Optional<String> features,
    int classes) {
  /** The oldest operator set whose element-wise operators broadcast as the rewrites need it. */
  private static final long MINIMAL_OPSET = 9;

  /**
   * Finds input, logits and features: the logits are the value that {@code model.logits} names,
   * else the output named {@code logits}, else the only output of rank 2; of a final Softmax the
   * input is taken.
   *
   * @param settings recipe keys; only {@code model.logits} is read
   * @throws RecipeException naming what could not be found and what to set
   */
  public static SourceModel of(Model model, Map<String, String> settings) {
    List<String> problems = new ArrayList<>();
    if (model.opset() < MINIMAL_OPSET) {
      problems.add(
          "The model has operator set "
              + model.opset()
              + ", expected at least "
              + MINIMAL_OPSET
              + "; convert it with onnx.version_converter or export it again");
    }
    Map<String, Value> values = ShapeInference.infer(model);
    Value input = onlyInput(model.graph(), problems);
    String output = logitsOutput(model.graph(), values, settings, problems);
    if (!problems.isEmpty()) {
      throw new RecipeException(problems);
    }
    Constants constants = new Constants(model.graph());
    String logits = beforeSoftmax(output, constants);
    int classes = classes(logits, output, values, problems);
    Shape sampleShape = sampleShape(input, problems);
    if (!problems.isEmpty()) {
      throw new RecipeException(problems);
    }
    return new SourceModel(
        model,
        input.name(),
        input.type(),
        sampleShape,
        logits,
        features(logits, constants),
        classes);
  }

  /** SHA-256 of the model in hexadecimal; binds what was measured or trained to it. */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(OnnxWriter.toBytes(model)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** The logits as a graph output, float {@code [batch, classes]}. */
  public Value logitsValue() {
    return Value.of(logits, ElementType.FLOAT32, Dimension.symbol("batch"), Dimension.of(classes));
  }

  /**
   * What rewritten graphs answer: the logits, and the features where they are asked for.
   *
   * @throws RecipeException if they are and the model has none
   */
  public List<Value> outputValues(boolean withFeatures) {
    if (!withFeatures) {
      return List.of(logitsValue());
    }
    if (features.isEmpty()) {
      throw new RecipeException(
          List.of(
              "The recipe reads features, but the logits '"
                  + logits
                  + "' do not come from a linear layer (Gemm or MatMul)"));
    }
    return List.of(logitsValue(), new Value(features.get(), ElementType.FLOAT32, Optional.empty()));
  }

  /** The model with the logits as its only output, and nothing they do not depend on. */
  public Model logitsModel() {
    return outputs(false);
  }

  /** The model with {@link #outputValues}, and nothing they do not depend on. */
  public Model outputs(boolean withFeatures) {
    Graph graph = model.graph();
    return model.withGraph(
        PruneUnused.prune(
            new Graph(
                graph.name(),
                graph.inputs(),
                outputValues(withFeatures),
                graph.nodes(),
                graph.initializers(),
                graph.values())));
  }

  private static Value onlyInput(Graph graph, List<String> problems) {
    if (graph.inputs().size() != 1) {
      problems.add(
          "The model has "
              + graph.inputs().size()
              + " inputs "
              + names(graph.inputs())
              + ", expected one that takes the samples");
      return null;
    }
    Value input = graph.inputs().get(0);
    if (input.type() != ElementType.FLOAT32 && input.type() != ElementType.UINT8) {
      problems.add(
          "Input '" + input.name() + "' has type " + input.type() + ", expected FLOAT32 or UINT8");
    }
    return input;
  }

  private static Shape sampleShape(Value input, List<String> problems) {
    List<Dimension> shape = input.shape().orElse(List.of());
    boolean batchVaries = !shape.isEmpty() && !shape.get(0).isKnown();
    List<Dimension> sample = shape.isEmpty() ? List.of() : shape.subList(1, shape.size());
    if (!batchVaries || sample.isEmpty() || !sample.stream().allMatch(Dimension::isKnown)) {
      problems.add(
          "Input '"
              + input.name()
              + "' has shape "
              + shape
              + ", expected a variable batch axis followed by known sizes; export the model with"
              + " dynamic_axes for axis 0 of the input only");
      return Shape.scalar();
    }
    return Shape.of(sample.stream().mapToLong(Dimension::size).toArray());
  }

  private static String logitsOutput(
      Graph graph, Map<String, Value> values, Map<String, String> settings, List<String> problems) {
    String named = settings.getOrDefault(Recipe.LOGITS.key(), "");
    if (!named.isEmpty()) {
      if (graph.nodes().stream().noneMatch(node -> node.outputs().contains(named))) {
        problems.add(
            "model.logits is '"
                + named
                + "', which no node of the model writes; its outputs are "
                + names(graph.outputs()));
      }
      return named;
    }
    if (graph.output("logits") != null) {
      return "logits";
    }
    List<Value> matrices =
        graph.outputs().stream().filter(output -> rank(output, values) == 2).toList();
    if (matrices.size() == 1) {
      return matrices.get(0).name();
    }
    problems.add(
        "The model has "
            + matrices.size()
            + " outputs of rank 2 among "
            + names(graph.outputs())
            + " and none is named 'logits'; set model.logits to the one that holds the logits");
    return "";
  }

  private static int rank(Value output, Map<String, Value> values) {
    return output
        .shape()
        .or(() -> Optional.ofNullable(values.get(output.name())).flatMap(Value::shape))
        .map(List::size)
        .orElse(-1);
  }

  private static String beforeSoftmax(String output, Constants constants) {
    String name = output;
    while (constants.writer(name) != null && constants.writer(name).is("Identity")) {
      name = constants.writer(name).input(0);
    }
    Node writer = constants.writer(name);
    boolean softmax = writer != null && (writer.is("Softmax") || writer.is("LogSoftmax"));
    return softmax ? writer.input(0) : output;
  }

  private static int classes(
      String logits, String output, Map<String, Value> values, List<String> problems) {
    for (String name : List.of(logits, output)) {
      Optional<List<Dimension>> shape = Optional.ofNullable(values.get(name)).flatMap(Value::shape);
      if (shape.isPresent() && shape.get().size() == 2 && shape.get().get(1).isKnown()) {
        long classes = shape.get().get(1).size();
        if (classes >= 2) {
          return Math.toIntExact(classes);
        }
      }
    }
    problems.add(
        "Logits '"
            + logits
            + "' have shape "
            + Optional.ofNullable(values.get(logits)).flatMap(Value::shape)
            + ", expected [batch, classes] with at least 2 classes");
    return 0;
  }

  private static Optional<String> features(String logits, Constants constants) {
    Node node = constants.writer(logits);
    while (node != null && !node.is("Gemm") && !node.is("MatMul")) {
      // Only a bias or a relabelling may stand between the last linear layer and the logits.
      boolean passes = node.is("Add") || node.is("Identity");
      node = passes ? linearInput(node, constants) : null;
    }
    return Optional.ofNullable(node).map(linear -> linear.input(0));
  }

  private static Node linearInput(Node node, Constants constants) {
    return node.inputs().stream()
        .filter(input -> constants.find(input).isEmpty())
        .findFirst()
        .map(constants::writer)
        .orElse(null);
  }

  private static List<String> names(List<Value> values) {
    return values.stream().map(Value::name).toList();
  }
}
