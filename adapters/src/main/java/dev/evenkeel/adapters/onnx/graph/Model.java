package dev.evenkeel.adapters.onnx.graph;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A graph with what a runtime must know to read it.
 *
 * @param graph the computation
 * @param opsets operator set version by domain; the standard domain is the empty string
 * @param irVersion version of the ONNX file format
 * @param metadata free properties kept in the file
 */
public record Model(
    Graph graph,
    SortedMap<String, Long> opsets,
    long irVersion,
    SortedMap<String, String> metadata) {
  public Model {
    opsets = Collections.unmodifiableSortedMap(new TreeMap<>(opsets));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    if (!opsets.containsKey("")) {
      throw new IllegalArgumentException(
          "The model declares no version of the standard operators, only " + opsets.keySet());
    }
  }

  public static Model of(Graph graph, long opset, long irVersion) {
    return new Model(graph, new TreeMap<>(Map.of("", opset)), irVersion, new TreeMap<>());
  }

  /** Version of the standard operator set. */
  public long opset() {
    return opsets.get("");
  }

  /** The same model with one more property, or another value of it. */
  public Model withMetadata(String key, String value) {
    SortedMap<String, String> properties = new TreeMap<>(metadata);
    properties.put(key, value);
    return new Model(graph, opsets, irVersion, properties);
  }

  public Model withGraph(Graph newGraph) {
    return new Model(newGraph, opsets, irVersion, metadata);
  }
}
