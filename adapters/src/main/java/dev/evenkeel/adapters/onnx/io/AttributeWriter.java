package dev.evenkeel.adapters.onnx.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.FloatAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.FloatsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.GraphAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.StringAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.StringsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.TensorAttribute;

/** Writes one attribute of an operator. */
final class AttributeWriter {
  private AttributeWriter() {}

  static AttributeProto write(String name, Attribute attribute) {
    AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
    if (attribute instanceof IntAttribute value) {
      proto.setType(AttributeType.INT).setI(value.value());
    } else if (attribute instanceof IntsAttribute value) {
      proto.setType(AttributeType.INTS).addAllInts(value.values());
    } else if (attribute instanceof FloatAttribute value) {
      proto.setType(AttributeType.FLOAT).setF(value.value());
    } else if (attribute instanceof FloatsAttribute value) {
      proto.setType(AttributeType.FLOATS).addAllFloats(value.values());
    } else if (attribute instanceof StringAttribute value) {
      proto.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(value.value()));
    } else if (attribute instanceof StringsAttribute value) {
      proto.setType(AttributeType.STRINGS);
      value.values().forEach(text -> proto.addStrings(ByteString.copyFromUtf8(text)));
    } else if (attribute instanceof TensorAttribute value) {
      proto.setType(AttributeType.TENSOR).setT(OnnxWriter.tensor("", value.value()));
    } else if (attribute instanceof GraphAttribute value) {
      proto.setType(AttributeType.GRAPH).setG(body(name, value));
    }
    return proto.build();
  }

  private static GraphProto body(String name, GraphAttribute body) {
    try {
      return GraphProto.parseFrom(ByteString.copyFrom(body.definition()));
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException("Attribute '" + name + "' holds no ONNX graph: " + e.getMessage(), e);
    }
  }
}
