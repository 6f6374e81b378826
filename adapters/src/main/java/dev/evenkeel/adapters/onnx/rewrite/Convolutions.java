package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The convolutions of a model in graph order: those behind which a normalisation layer can be put
 * back, and for the others why none is.
 *
 * @param chosen convolutions to be normalised
 * @param left those that stay as they are
 */
public record Convolutions(List<Convolution> chosen, List<Left> left) {
  private static final Set<String> LINEAR = Set.of("Conv", "Gemm", "MatMul");
  private static final Set<String> NORMALIZATIONS =
      Set.of(
          "BatchNormalization",
          "GroupNormalization",
          "InstanceNormalization",
          "LayerNormalization");

  /** Operators that leave every element as it is. */
  private static final Set<String> REARRANGEMENTS =
      Set.of("Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze");

  /** A convolution that stays as it is, and why in one sentence. */
  public record Left(Node node, String reason) {
    /** The node's name, or that of its output where it has none. */
    public String name() {
      return Convolution.nameOf(node);
    }
  }

  public Convolutions {
    chosen = List.copyOf(chosen);
    left = List.copyOf(left);
  }

  /**
   * Chooses every convolution that a batch normalisation may have been folded into: it has at least
   * two output channels and several positions (the convolutions of squeeze-and-excitation have
   * one), is not normalised already, and is not the classifier itself.
   *
   * @param logits name of the value that holds the model's logits
   */
  public static Convolutions find(Model model, String logits) {
    Graph graph = model.graph();
    Map<String, Value> shapes = ShapeInference.infer(model);
    Map<String, List<Node>> readers = readers(graph);
    Set<Node> classifiers = lastLinear(graph, logits);
    List<Convolution> chosen = new ArrayList<>();
    List<Left> left = new ArrayList<>();
    int offset = 0;
    for (Node node : graph.nodes()) {
      if (!node.is("Conv")) {
        continue;
      }
      Value output = shapes.get(node.output());
      Optional<String> obstacle =
          classifiers.contains(node)
              ? Optional.of("it is the classifier: its output becomes the logits")
              : isNormalized(node, readers)
                  ? Optional.of("its output is normalised already")
                  : obstacle(output);
      if (obstacle.isPresent()) {
        left.add(new Left(node, obstacle.get()));
      } else {
        int channels = Math.toIntExact(output.shape().orElseThrow().get(1).size());
        chosen.add(new Convolution(node, offset, channels));
        offset += channels;
      }
    }
    return new Convolutions(chosen, left);
  }

  /**
   * Keeps the chosen ones whose name matches.
   *
   * @param reason why the others stay as they are
   */
  public Convolutions keep(Predicate<String> name, String reason) {
    List<Convolution> kept = new ArrayList<>();
    List<Left> dropped = new ArrayList<>(left);
    int offset = 0;
    for (Convolution convolution : chosen) {
      if (name.test(convolution.name())) {
        kept.add(new Convolution(convolution.node(), offset, convolution.channels()));
        offset += convolution.channels();
      } else {
        dropped.add(new Left(convolution.node(), reason));
      }
    }
    return new Convolutions(kept, dropped);
  }

  /** Number of output channels of all chosen convolutions together. */
  public int totalChannels() {
    return chosen.stream().mapToInt(Convolution::channels).sum();
  }

  private static Optional<String> obstacle(Value output) {
    List<Dimension> shape =
        output == null ? List.of() : output.shape().orElse(List.<Dimension>of());
    if (shape.size() < 3 || !shape.get(1).isKnown()) {
      return Optional.of("the shape of its output is unknown");
    }
    if (output.type() != ElementType.FLOAT32) {
      return Optional.of("its output is " + output.type() + ", only FLOAT32 is supported");
    }
    if (shape.get(1).size() < 2) {
      return Optional.of("it has one output channel");
    }
    return shape.subList(2, shape.size()).stream().allMatch(axis -> axis.size() == 1)
        ? Optional.of("its output has a single position to take statistics over")
        : Optional.empty();
  }

  private static boolean isNormalized(Node convolution, Map<String, List<Node>> readers) {
    Deque<Node> open = new ArrayDeque<>(readers.getOrDefault(convolution.output(), List.of()));
    while (!open.isEmpty()) {
      Node reader = open.pop();
      if (reader.domain().isEmpty() && NORMALIZATIONS.contains(reader.opType())) {
        return true;
      }
      if (reader.domain().isEmpty() && REARRANGEMENTS.contains(reader.opType())) {
        open.addAll(readers.getOrDefault(reader.output(), List.of()));
      }
    }
    return false;
  }

  /** The linear operators from which a way leads to the logits without another of them. */
  private static Set<Node> lastLinear(Graph graph, String logits) {
    Map<String, Node> writers = new HashMap<>();
    graph.nodes().forEach(node -> node.outputs().forEach(output -> writers.put(output, node)));
    Set<Node> last = new HashSet<>();
    Set<String> seen = new HashSet<>(Set.of(logits));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      Node writer = writers.get(open.pop());
      if (writer == null) {
        continue;
      }
      if (writer.domain().isEmpty() && LINEAR.contains(writer.opType())) {
        last.add(writer);
      } else {
        writer.reads().stream().filter(seen::add).forEach(open::push);
      }
    }
    return last;
  }

  private static Map<String, List<Node>> readers(Graph graph) {
    Map<String, List<Node>> readers = new HashMap<>();
    for (Node node : graph.nodes()) {
      node.reads().forEach(read -> readers.computeIfAbsent(read, r -> new ArrayList<>()).add(node));
    }
    return readers;
  }
}
