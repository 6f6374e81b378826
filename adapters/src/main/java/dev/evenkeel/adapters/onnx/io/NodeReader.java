package dev.evenkeel.adapters.onnx.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.FloatAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.FloatsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.GraphAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.StringAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.StringsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.TensorAttribute;
import dev.evenkeel.adapters.onnx.graph.Node;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads operators with their attributes, counting them against the limits. */
final class NodeReader {
  private final Limits limits;
  private final TensorReader tensors;
  private int nodes;

  NodeReader(Limits limits, TensorReader tensors) {
    this.limits = limits;
    this.tensors = tensors;
  }

  Node read(NodeProto proto) {
    return read(proto, 0);
  }

  private Node read(NodeProto proto, int depth) {
    if (++nodes > limits.nodes()) {
      throw new OnnxException(
          "There are more than " + limits.nodes() + " nodes, expected at most that many");
    }
    String owner = label(proto);
    SortedMap<String, Attribute> attributes = new TreeMap<>();
    for (AttributeProto attribute : proto.getAttributeList()) {
      String name = "Attribute '" + attribute.getName() + "' of " + owner;
      if (attributes.put(attribute.getName(), attribute(attribute, name, depth)) != null) {
        throw new OnnxException(name + " is given twice");
      }
    }
    return new Node(
        proto.getName(),
        proto.getDomain(),
        proto.getOpType(),
        proto.getInputList(),
        proto.getOutputList(),
        attributes);
  }

  private Attribute attribute(AttributeProto proto, String owner, int depth) {
    if (!proto.getRefAttrName().isEmpty()) {
      throw new OnnxException(owner + " refers to an attribute of a function, outside of one");
    }
    AttributeType type = proto.getType();
    return switch (type) {
      case FLOAT -> new FloatAttribute(proto.getF());
      case FLOATS -> new FloatsAttribute(proto.getFloatsList());
      case GRAPH -> body(proto.getG(), owner, depth + 1);
      case INT -> new IntAttribute(proto.getI());
      case INTS -> new IntsAttribute(proto.getIntsList());
      case STRING -> new StringAttribute(text(proto.getS(), owner));
      case STRINGS ->
          new StringsAttribute(
              proto.getStringsList().stream().map(value -> text(value, owner)).toList());
      case TENSOR -> new TensorAttribute(tensors.read(proto.getT(), owner));
      case GRAPHS, SPARSE_TENSOR, SPARSE_TENSORS, TENSORS, TYPE_PROTO, TYPE_PROTOS, UNDEFINED ->
          throw new OnnxException(
              owner
                  + " is of kind "
                  + type
                  + ", which is not supported; rewrite the model without");
    };
  }

  private GraphAttribute body(GraphProto proto, String owner, int depth) {
    if (depth > limits.depth()) {
      throw new OnnxException(
          owner + " is nested more than " + limits.depth() + " bodies deep, expected at most that");
    }
    if (proto.getSparseInitializerCount() > 0) {
      throw new OnnxException(owner + " holds a sparse initializer, which is not supported");
    }
    Set<String> written = new HashSet<>();
    proto.getInputList().forEach(input -> written.add(input.getName()));
    for (TensorProto constant : proto.getInitializerList()) {
      tensors.check(constant, "Initializer '" + constant.getName() + "' in " + owner);
      written.add(constant.getName());
    }
    SortedSet<String> reads = new TreeSet<>();
    for (NodeProto node : proto.getNodeList()) {
      reads.addAll(read(node, depth).reads());
      written.addAll(node.getOutputList());
    }
    proto.getOutputList().forEach(output -> reads.add(output.getName()));
    reads.removeAll(written);
    return new GraphAttribute(proto.toByteString().asReadOnlyByteBuffer(), reads);
  }

  private static String text(ByteString bytes, String owner) {
    if (!bytes.isValidUtf8()) {
      throw new OnnxException(owner + " is no text: its bytes are not UTF-8");
    }
    return bytes.toStringUtf8();
  }

  private static String label(NodeProto proto) {
    boolean unnamed = proto.getName().isEmpty() && proto.getOutputCount() > 0;
    return proto.getOpType() + " '" + (unnamed ? proto.getOutput(0) : proto.getName()) + "'";
  }
}
