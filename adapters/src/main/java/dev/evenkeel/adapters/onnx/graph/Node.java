package dev.evenkeel.adapters.onnx.graph;

import dev.evenkeel.adapters.onnx.graph.Attribute.FloatAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.GraphAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.StringAttribute;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One operator application.
 *
 * @param name may be empty
 * @param domain empty for the standard ONNX operators
 * @param opType operator, for instance {@code Conv}
 * @param inputs value names; an empty name is an omitted optional input
 * @param outputs value names; an empty name is an omitted optional output
 * @param attributes by name
 */
public record Node(
    String name,
    String domain,
    String opType,
    List<String> inputs,
    List<String> outputs,
    SortedMap<String, Attribute> attributes) {
  public Node {
    if (opType.isEmpty()) {
      throw new IllegalArgumentException("Node '" + name + "' has no operator type");
    }
    domain = domain.equals("ai.onnx") ? "" : domain;
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** A node of a standard operator named after its first output. */
  public static Node of(
      String opType, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
    return new Node(outputs.get(0), "", opType, inputs, outputs, new TreeMap<>(attributes));
  }

  /** Whether this is the named operator of the standard ONNX domain. */
  public boolean is(String standardOpType) {
    return domain.isEmpty() && opType.equals(standardOpType);
  }

  /** All values that must exist before the node runs: its inputs, and what its bodies read. */
  public Set<String> reads() {
    Set<String> reads = new LinkedHashSet<>(inputs);
    for (Attribute attribute : attributes.values()) {
      if (attribute instanceof GraphAttribute body) {
        reads.addAll(body.reads());
      }
    }
    reads.remove("");
    return reads;
  }

  /** Name of the input at a position, or empty if it is omitted. */
  public String input(int position) {
    return position < inputs.size() ? inputs.get(position) : "";
  }

  public String output() {
    return outputs.get(0);
  }

  public long intAttribute(String attribute, long fallback) {
    Attribute found = attributes.get(attribute);
    return found == null ? fallback : require(attribute, found, IntAttribute.class).value();
  }

  public float floatAttribute(String attribute, float fallback) {
    Attribute found = attributes.get(attribute);
    return found == null ? fallback : require(attribute, found, FloatAttribute.class).value();
  }

  public String stringAttribute(String attribute, String fallback) {
    Attribute found = attributes.get(attribute);
    return found == null ? fallback : require(attribute, found, StringAttribute.class).value();
  }

  /** The integers of an attribute, or null if the node does not have it. */
  public long[] intsAttribute(String attribute) {
    Attribute found = attributes.get(attribute);
    return found == null ? null : require(attribute, found, IntsAttribute.class).toArray();
  }

  /** The same node reading other inputs. */
  public Node withInputs(List<String> newInputs) {
    return new Node(name, domain, opType, newInputs, outputs, attributes);
  }

  /** The same node writing other outputs. */
  public Node withOutputs(List<String> newOutputs) {
    return new Node(name, domain, opType, inputs, newOutputs, attributes);
  }

  /** The same node under another name; names of nodes must differ in a graph. */
  public Node withName(String newName) {
    return new Node(newName, domain, opType, inputs, outputs, attributes);
  }

  /** How messages name the node: operator, and name or first output. */
  public String label() {
    return opType + " '" + (name.isEmpty() && !outputs.isEmpty() ? outputs.get(0) : name) + "'";
  }

  private <T extends Attribute> T require(String attribute, Attribute found, Class<T> type) {
    if (!type.isInstance(found)) {
      throw new IllegalArgumentException(
          "Attribute '"
              + attribute
              + "' of "
              + label()
              + " is a "
              + found.getClass().getSimpleName()
              + ", expected a "
              + type.getSimpleName());
    }
    return type.cast(found);
  }
}
