package dev.evenkeel.adapters.onnx.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.List;

/** Writes models; the same model gives the same bytes. */
public final class OnnxWriter {
  private static final String PRODUCER = "evenkeel";

  private OnnxWriter() {}

  /**
   * The model as an ONNX file.
   *
   * @throws OnnxException if its constants exceed the 2 GiB that such a file can hold
   */
  public static byte[] toBytes(Model model) {
    long size =
        model.graph().initializers().values().stream()
            .mapToLong(constant -> constant.bytes().remaining())
            .sum();
    if (size > Limits.DEFAULT.fileBytes()) {
      throw new OnnxException(
          "Graph '"
              + model.graph().name()
              + "' has constants of "
              + size
              + " bytes, expected at most "
              + Limits.DEFAULT.fileBytes()
              + " in one file");
    }
    ModelProto.Builder proto =
        ModelProto.newBuilder()
            .setIrVersion(model.irVersion())
            .setProducerName(PRODUCER)
            .setGraph(graph(model.graph()));
    model
        .opsets()
        .forEach(
            (domain, version) ->
                proto.addOpsetImport(
                    OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    model
        .metadata()
        .forEach(
            (key, value) ->
                proto.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return proto.build().toByteArray();
  }

  private static GraphProto graph(Graph graph) {
    GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name());
    graph.nodes().forEach(node -> proto.addNode(node(node)));
    graph.initializers().forEach((name, value) -> proto.addInitializer(tensor(name, value)));
    graph.inputs().forEach(input -> proto.addInput(value(input)));
    graph.outputs().forEach(output -> proto.addOutput(value(output)));
    graph.values().values().forEach(value -> proto.addValueInfo(value(value)));
    return proto.build();
  }

  private static NodeProto node(Node node) {
    NodeProto.Builder proto =
        NodeProto.newBuilder()
            .setName(node.name())
            .setOpType(node.opType())
            .addAllInput(node.inputs())
            .addAllOutput(node.outputs());
    if (!node.domain().isEmpty()) {
      proto.setDomain(node.domain());
    }
    node.attributes()
        .forEach((name, value) -> proto.addAttribute(AttributeWriter.write(name, value)));
    return proto.build();
  }

  static TensorProto tensor(String name, Tensor tensor) {
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(tensor.type().onnxNumber())
            .setRawData(ByteString.copyFrom(tensor.bytes()));
    for (long dimension : tensor.shape().dimensions()) {
      proto.addDims(dimension);
    }
    return proto.build();
  }

  private static ValueInfoProto value(Value value) {
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(value.type().onnxNumber());
    value.shape().ifPresent(shape -> tensor.setShape(shape(shape)));
    return ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static TensorShapeProto shape(List<Dimension> shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    for (Dimension dimension : shape) {
      TensorShapeProto.Dimension.Builder axis = proto.addDimBuilder();
      if (dimension.isKnown()) {
        axis.setDimValue(dimension.size());
      } else if (!dimension.symbol().isEmpty()) {
        axis.setDimParam(dimension.symbol());
      }
    }
    return proto.build();
  }
}
