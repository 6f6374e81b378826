package dev.evenkeel.adapters.onnx.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileModelTest {
  private static final TensorProto ONE =
      TensorProto.newBuilder()
          .setName("one")
          .setDataType(DataType.FLOAT_VALUE)
          .addFloatData(1)
          .build();

  @TempDir private Path folder;

  @Test
  void readsTheModelThatTheOthersAreMadeOf() {
    Model model = read(valid());

    assertThat(model.graph().nodes()).hasSize(1);
    assertThat(model.graph().inputs()).hasSize(1);
    assertThat(model.graph().initializers()).containsEntry("one", Tensor.scalar(1f));
  }

  @Test
  void refusesExternalData() {
    TensorProto.Builder external =
        ONE.toBuilder()
            .clearFloatData()
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", "../../etc/passwd"));

    assertRefused(withInitializer(external), "Initializer 'one' keeps its data in another file");
    assertRefused(
        withInitializer(ONE.toBuilder().addExternalData(entry("location", "x"))), "another file");
    assertRefused(
        withAttribute(
            AttributeProto.newBuilder().setName("a").setType(AttributeType.TENSOR).setT(external)),
        "Attribute 'a' of Add 'y' keeps its data in another file");
    assertRefused(
        withAttribute(body(GraphProto.newBuilder().addInitializer(external))), "another file");
  }

  @Test
  void refusesShapesThatDoNotFitTheData() {
    assertRefused(withInitializer(ONE.toBuilder().addDims(2)), "has 1 elements, expected 2");
    assertRefused(withInitializer(ONE.toBuilder().addDims(-1)), "negative dimension");
    assertRefused(
        withInitializer(ONE.toBuilder().addDims(1L << 62).addDims(1L << 62)),
        "expected at most 1000000000 elements");
    assertRefused(
        withInitializer(ONE.toBuilder().addDims(1L << 40).addDims(0)),
        "expected at most 1000000000 elements");
    assertRefused(
        withInitializer(
            ONE.toBuilder().clearFloatData().addDims(900_000_000).setRawData(ByteString.EMPTY)),
        "has 0 bytes, expected 3600000000");
    assertRefused(
        withInitializer(ONE.toBuilder().setRawData(ByteString.copyFrom(new byte[4]))),
        "both raw and typed data");
    TensorProto.Builder deep = ONE.toBuilder();
    for (int i = 0; i < 33; i++) {
      deep.addDims(1);
    }
    assertRefused(withInitializer(deep), "has rank 33, expected at most 32");
  }

  @Test
  void refusesElementTypesThatItDoesNotKnow() {
    assertRefused(
        withInitializer(ONE.toBuilder().setDataType(DataType.STRING_VALUE)),
        "has element type STRING");
    assertRefused(withInitializer(ONE.toBuilder().setDataType(77)), "has element type number 77");
    assertRefused(
        graph(g -> g.setInput(0, value("x", DataType.COMPLEX64))), "element type COMPLEX64");
    assertRefused(
        graph(g -> g.setInput(0, ValueInfoProto.newBuilder().setName("x"))),
        "Graph input 'x' is of kind VALUE_NOT_SET");
  }

  @Test
  void readsTypedDataOfEveryWidth() {
    TensorProto.Builder shorts =
        TensorProto.newBuilder()
            .setName("one")
            .setDataType(DataType.INT16_VALUE)
            .addDims(2)
            .addInt32Data(-3)
            .addInt32Data(4);
    TensorProto.Builder unsigned =
        TensorProto.newBuilder()
            .setName("one")
            .setDataType(DataType.UINT32_VALUE)
            .addDims(1)
            .addUint64Data(4_000_000_000L);

    assertThat(read(withInitializer(shorts)).graph().initializers().get("one").toLongs())
        .containsExactly(-3, 4);
    assertThat(read(withInitializer(unsigned)).graph().initializers().get("one").toLongs())
        .containsExactly(4_000_000_000L);
  }

  @Test
  void refusesGraphsThatContradictThemselves() {
    assertRefused(graph(g -> g.addInitializer(ONE)), "Initializer 'one' is given twice");
    assertRefused(graph(g -> g.addInput(g.getInput(0))), "'x' is written twice");
    assertRefused(graph(g -> g.addNode(node("Relu", "y", "x"))), "'y' is written twice");
    assertRefused(graph(g -> g.setNode(0, node("Relu", "y", "nothing"))), "'nothing' is read by");
    assertRefused(graph(g -> g.setNode(0, node("Relu", "y", "y"))), "'y' is read by Relu 'y'");
    assertRefused(
        graph(g -> g.setNode(0, node("Relu", "y", "z")).addNode(node("Relu", "z", "x"))),
        "'z' is read by Relu 'y' but not written before it");
    assertRefused(graph(g -> g.setOutput(0, value("gone", DataType.FLOAT))), "'gone'");
    assertRefused(graph(g -> g.setNode(0, node("", "y", "x"))), "no operator type");
    assertRefused(
        graph(g -> g.addValueInfo(g.getInput(0)).addValueInfo(g.getInput(0))), "declared twice");
  }

  @Test
  void refusesWhatItDoesNotSupport() {
    assertRefused(
        valid().toBuilder().addFunctions(FunctionProto.newBuilder().setName("f")),
        "defines functions, the first named 'f'");
    assertRefused(
        graph(g -> g.addSparseInitializer(SparseTensorProto.getDefaultInstance())), "sparse");
    assertRefused(
        withAttribute(AttributeProto.newBuilder().setName("a").setType(AttributeType.TENSORS)),
        "Attribute 'a' of Add 'y' is of kind TENSORS");
    assertRefused(
        withAttribute(
            AttributeProto.newBuilder()
                .setName("a")
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFrom(new byte[] {(byte) 0xff}))),
        "not UTF-8");
    assertRefused(valid().toBuilder().setIrVersion(2), "format version 2, expected at least 3");
    assertRefused(valid().toBuilder().clearOpsetImport(), "no version of the standard operators");
    assertRefused(valid().toBuilder().clearGraph(), "no graph");
  }

  @Test
  void refusesMoreThanTheLimits() {
    byte[] bytes = valid().toByteArray();
    assertThatThrownBy(() -> OnnxReader.read(bytes, "m", new Limits(9, 9, 9, 9, 9)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("expected at most 9");

    byte[] busy = graph(g -> g.addNode(node("Relu", "z", "x"))).build().toByteArray();
    assertThatThrownBy(() -> OnnxReader.read(busy, "m", new Limits(9999, 9, 9, 1, 9)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("more than 1 nodes");

    GraphProto.Builder deep = GraphProto.newBuilder();
    for (int i = 0; i < 17; i++) {
      deep =
          GraphProto.newBuilder().addNode(node("If", "o", "").toBuilder().addAttribute(body(deep)));
    }
    assertRefused(withAttribute(body(deep)), "more than 16 bodies deep");
  }

  @Test
  void refusesBodiesNestedBeyondTheParser() {
    GraphProto.Builder deep = GraphProto.newBuilder();
    for (int i = 0; i < 200; i++) {
      deep =
          GraphProto.newBuilder().addNode(node("If", "o", "").toBuilder().addAttribute(body(deep)));
    }
    assertRefused(withAttribute(body(deep)), "no ONNX model, or is cut off");
  }

  @Test
  void keepsBodiesAndKnowsWhatTheyRead() {
    GraphProto.Builder inner =
        GraphProto.newBuilder()
            .setName("then")
            .addInitializer(ONE.toBuilder().setName("two"))
            .addNode(node("Add", "s", "two").toBuilder().addInput("x"))
            .addOutput(ValueInfoProto.newBuilder().setName("s"));

    Model model = read(withAttribute(body(inner)));

    assertThat(model.graph().nodes().get(0).reads()).containsExactlyInAnyOrder("one", "x");
    assertThat(OnnxReader.read(OnnxWriter.toBytes(model), "copy")).isEqualTo(model);
    assertRefused(
        withAttribute(body(inner.addOutput(ValueInfoProto.newBuilder().setName("outer")))),
        "'outer' is read by Add 'y' but not written before it");
  }

  @Test
  void acceptsOperatorsOfOtherDomainsAndInputsWithDefaults() {
    Model custom =
        read(graph(g -> g.setNode(0, node("Magic", "y", "x").toBuilder().setDomain("my.own"))));
    Model defaulted = read(graph(g -> g.addInput(value("one", DataType.FLOAT))));

    assertThat(custom.graph().nodes().get(0).domain()).isEqualTo("my.own");
    assertThat(defaulted.graph().inputs()).hasSize(1);
  }

  @Test
  void readsDimensionsOfAllKinds() {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("N");
    shape.addDimBuilder().setDimValue(3);
    shape.addDimBuilder().setDimValue(-1);
    shape.addDimBuilder();
    Model model = read(graph(g -> g.setInput(0, shaped(shape))));

    assertThat(model.graph().inputs().get(0).shape().orElseThrow()).hasToString("[N, 3, ?, ?]");
    shape.addDimBuilder().setDimValue(-7);
    assertRefused(graph(g -> g.setInput(0, shaped(shape))), "negative dimension -7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "\u0089PNG\r\n", "{}"})
  void refusesWhatIsNoModel(String content) throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.writeString(file, content);

    assertThatThrownBy(() -> OnnxReader.read(file))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesAMissingFile() {
    assertThatThrownBy(() -> OnnxReader.read(folder.resolve("none.onnx")))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("none.onnx cannot be read");
  }

  @Test
  void writesTheSameBytesForTheSameModel() {
    Model model = read(valid());

    assertThat(OnnxWriter.toBytes(model)).isEqualTo(OnnxWriter.toBytes(read(valid())));
    assertThat(read(OnnxWriter.toBytes(model)).graph().initializers().get("one").shape())
        .isEqualTo(Shape.scalar());
  }

  private static void assertRefused(ModelProto.Builder model, String message) {
    byte[] bytes = model.build().toByteArray();
    assertThatThrownBy(() -> OnnxReader.read(bytes, "test.onnx"))
        .isInstanceOf(OnnxException.class)
        .hasMessageStartingWith("test.onnx ")
        .hasMessageContaining(message);
  }

  private static Model read(ModelProto.Builder model) {
    return read(model.build().toByteArray());
  }

  private static Model read(ModelProto model) {
    return read(model.toByteArray());
  }

  private static Model read(byte[] bytes) {
    return OnnxReader.read(bytes, "test.onnx");
  }

  private static ModelProto valid() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(
            GraphProto.newBuilder()
                .setName("g")
                .addInput(value("x", DataType.FLOAT))
                .addInitializer(ONE)
                .addNode(node("Add", "y", "x").toBuilder().addInput("one"))
                .addOutput(value("y", DataType.FLOAT)))
        .build();
  }

  private static ModelProto.Builder graph(UnaryOperator<GraphProto.Builder> change) {
    return valid().toBuilder().setGraph(change.apply(valid().getGraph().toBuilder()));
  }

  private static ModelProto.Builder withInitializer(TensorProto.Builder initializer) {
    return graph(g -> g.setInitializer(0, initializer));
  }

  private static ModelProto.Builder withAttribute(AttributeProto.Builder attribute) {
    return graph(g -> g.setNode(0, g.getNode(0).toBuilder().addAttribute(attribute)));
  }

  private static AttributeProto.Builder body(GraphProto.Builder graph) {
    return AttributeProto.newBuilder()
        .setName("then_branch")
        .setType(AttributeType.GRAPH)
        .setG(graph);
  }

  private static NodeProto node(String opType, String output, String input) {
    return NodeProto.newBuilder().setOpType(opType).addInput(input).addOutput(output).build();
  }

  private static ValueInfoProto value(String name, DataType type) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.getNumber())))
        .build();
  }

  private static ValueInfoProto shaped(TensorShapeProto.Builder shape) {
    ValueInfoProto.Builder value = value("x", DataType.FLOAT).toBuilder();
    value.getTypeBuilder().getTensorTypeBuilder().setShape(shape);
    return value.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
