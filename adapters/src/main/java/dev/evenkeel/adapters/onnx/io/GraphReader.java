package dev.evenkeel.adapters.onnx.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the outermost graph of a model. */
final class GraphReader {
  private final Limits limits;
  private final TensorReader tensors;

  GraphReader(Limits limits) {
    this.limits = limits;
    this.tensors = new TensorReader(limits);
  }

  Graph read(GraphProto proto) {
    if (proto.getSparseInitializerCount() > 0) {
      throw new OnnxException(
          "The graph has sparse initializers, which are not supported; make them dense");
    }
    Map<String, Tensor> initializers = initializers(proto);
    NodeReader nodes = new NodeReader(limits, tensors);
    return new Graph(
        proto.getName(),
        proto.getInputList().stream()
            .filter(input -> !initializers.containsKey(input.getName()))
            .map(input -> value(input, "Graph input '" + input.getName() + "'"))
            .toList(),
        proto.getOutputList().stream()
            .map(output -> value(output, "Graph output '" + output.getName() + "'"))
            .toList(),
        proto.getNodeList().stream().map(nodes::read).toList(),
        initializers,
        values(proto));
  }

  private Map<String, Tensor> initializers(GraphProto proto) {
    Map<String, Tensor> initializers = new LinkedHashMap<>();
    for (TensorProto constant : proto.getInitializerList()) {
      String owner = "Initializer '" + constant.getName() + "'";
      if (constant.getName().isEmpty()) {
        throw new OnnxException("An initializer has no name");
      }
      if (initializers.put(constant.getName(), tensors.read(constant, owner)) != null) {
        throw new OnnxException(owner + " is given twice");
      }
    }
    return initializers;
  }

  /** Declarations of anything but dense tensors of a known type carry nothing for us. */
  private Map<String, Value> values(GraphProto proto) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (ValueInfoProto info : proto.getValueInfoList()) {
      if (ElementType.ofOnnxNumber(info.getType().getTensorType().getElemType()).isPresent()) {
        String owner = "Value '" + info.getName() + "'";
        if (values.put(info.getName(), value(info, owner)) != null) {
          throw new OnnxException(owner + " is declared twice");
        }
      }
    }
    return values;
  }

  private Value value(ValueInfoProto info, String owner) {
    TypeProto type = info.getType();
    if (!type.hasTensorType()) {
      throw new OnnxException(
          owner + " is of kind " + type.getValueCase() + ", expected a dense tensor");
    }
    TypeProto.Tensor tensor = type.getTensorType();
    return new Value(
        info.getName(),
        TensorReader.type(tensor.getElemType(), owner),
        tensor.hasShape() ? Optional.of(shape(tensor.getShape(), owner)) : Optional.empty());
  }

  private List<Dimension> shape(TensorShapeProto proto, String owner) {
    if (proto.getDimCount() > limits.rank()) {
      throw new OnnxException(
          owner + " has rank " + proto.getDimCount() + ", expected at most " + limits.rank());
    }
    return proto.getDimList().stream().map(dimension -> dimension(dimension, owner)).toList();
  }

  /** Some exporters write -1 where they mean an unknown size. */
  private static Dimension dimension(TensorShapeProto.Dimension proto, String owner) {
    if (!proto.hasDimValue()) {
      return Dimension.symbol(proto.getDimParam());
    }
    if (proto.getDimValue() < -1) {
      throw new OnnxException(owner + " has the negative dimension " + proto.getDimValue());
    }
    return proto.getDimValue() == -1 ? Dimension.UNKNOWN : Dimension.of(proto.getDimValue());
  }
}
