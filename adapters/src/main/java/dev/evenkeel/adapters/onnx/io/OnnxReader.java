package dev.evenkeel.adapters.onnx.io;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.evenkeel.adapters.onnx.graph.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads ONNX files, refusing hostile ones before memory is spent on them.
 *
 * <p>Refused are: data outside the file, model-local functions, sparse or string constants, and
 * whatever contradicts itself. Operators of custom domains are read like all others.
 */
public final class OnnxReader {
  private static final long OLDEST_IR_VERSION = 3;

  private OnnxReader() {}

  /**
   * Reads a model within {@link Limits#DEFAULT}.
   *
   * @throws OnnxException if the file cannot be read, is malformed or hostile
   */
  public static Model read(Path file) {
    return read(file, Limits.DEFAULT);
  }

  /**
   * Reads a model.
   *
   * @throws OnnxException if the file cannot be read, is malformed or hostile, or exceeds a limit
   */
  public static Model read(Path file, Limits limits) {
    try {
      checkSize(Files.size(file), file.toString(), limits);
      return read(Files.readAllBytes(file), file.toString(), limits);
    } catch (IOException e) {
      throw new OnnxException(file + " cannot be read: " + e, e);
    }
  }

  /**
   * Reads a model from memory within {@link Limits#DEFAULT}.
   *
   * @param name how messages name it
   * @throws OnnxException if it is malformed or hostile
   */
  public static Model read(byte[] bytes, String name) {
    return read(bytes, name, Limits.DEFAULT);
  }

  /**
   * Reads a model from memory.
   *
   * @param name how messages name it
   * @throws OnnxException if it is malformed or hostile, or exceeds a limit
   */
  public static Model read(byte[] bytes, String name, Limits limits) {
    checkSize(bytes.length, name, limits);
    try {
      return model(ModelProto.parseFrom(bytes), limits);
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException(name + " is no ONNX model, or is cut off: " + e.getMessage(), e);
    } catch (OnnxException | IllegalArgumentException e) {
      throw new OnnxException(name + " is refused: " + e.getMessage(), e);
    }
  }

  private static Model model(ModelProto proto, Limits limits) {
    if (!proto.hasGraph()) {
      throw new OnnxException("It has no graph, so it is no ONNX model");
    }
    if (proto.getIrVersion() < OLDEST_IR_VERSION) {
      throw new OnnxException(
          "It has ONNX format version "
              + proto.getIrVersion()
              + ", expected at least "
              + OLDEST_IR_VERSION);
    }
    if (proto.getFunctionsCount() > 0) {
      throw new OnnxException(
          "It defines functions, the first named '"
              + proto.getFunctions(0).getName()
              + "'; inline them (onnx.inliner) and try again");
    }
    return new Model(
        new GraphReader(limits).read(proto.getGraph()),
        opsets(proto),
        proto.getIrVersion(),
        metadata(proto));
  }

  private static SortedMap<String, Long> opsets(ModelProto proto) {
    SortedMap<String, Long> opsets = new TreeMap<>();
    for (OperatorSetIdProto opset : proto.getOpsetImportList()) {
      String domain = opset.getDomain().equals("ai.onnx") ? "" : opset.getDomain();
      if (opsets.put(domain, opset.getVersion()) != null) {
        throw new OnnxException("It declares operator set '" + domain + "' twice");
      }
    }
    return opsets;
  }

  private static SortedMap<String, String> metadata(ModelProto proto) {
    SortedMap<String, String> metadata = new TreeMap<>();
    for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
      if (metadata.put(entry.getKey(), entry.getValue()) != null) {
        throw new OnnxException("It gives metadata '" + entry.getKey() + "' twice");
      }
    }
    return metadata;
  }

  private static void checkSize(long found, String name, Limits limits) {
    if (found > limits.fileBytes()) {
      throw new OnnxException(
          name + " has " + found + " bytes, expected at most " + limits.fileBytes());
    }
  }
}
