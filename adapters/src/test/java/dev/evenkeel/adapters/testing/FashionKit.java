package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Models, streams and reference outputs in the test resources; see their README. */
public final class FashionKit {
  private static final String ROOT = "/fashion/";

  private FashionKit() {}

  public static Model resnet() {
    return model("fashion-resnet");
  }

  public static Model model(String name) {
    return OnnxReader.read(bytes("models/" + name + ".onnx"), name + ".onnx");
  }

  public static SourceModel source() {
    return SourceModel.of(resnet(), Map.of());
  }

  public static boolean has(String file) {
    return FashionKit.class.getResource(ROOT + file) != null;
  }

  public static Tensor array(String file) {
    return onDisk(file, Npy::read);
  }

  /** The first images of a uint8 array {@code [n, height, width]} as the models receive them. */
  public static Tensor unitInterval(String file, int count) {
    Tensor images = array(file);
    long[] shape = {count, 1, images.shape().dimension(1), images.shape().dimension(2)};
    float[] values = new float[Math.toIntExact(Shape.of(shape).size())];
    ByteBuffer pixels = images.bytes();
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels.get(i) & 0xff) / 255f;
    }
    return Tensor.ofFloats(Shape.of(shape), values);
  }

  /** A path of a resource, also when it lies in a jar. */
  public static Path copyTo(Path folder, String file) {
    try {
      Path copy = folder.resolve(Path.of(file).getFileName().toString());
      Files.write(copy, bytes(file));
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds images {@code from} to {@code to}, exclusive, of a uint8 array {@code [n, ...]}. */
  public static void fill(SampleBatch batch, Tensor images, int from, int to) {
    batch.clear();
    int size = images.size() / (int) images.shape().dimension(0);
    for (int i = from; i < to; i++) {
      ByteBuffer image = images.bytes().position(i * size).limit((i + 1) * size);
      batch.addUint8(image.slice());
    }
  }

  private interface Reader {
    Tensor read(Path file) throws IOException;
  }

  private static Tensor onDisk(String file, Reader reader) {
    try {
      Path copy = Files.createTempFile("fashion", ".npy");
      try {
        Files.write(copy, bytes(file));
        return reader.read(copy);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String file) {
    try (InputStream in = FashionKit.class.getResourceAsStream(ROOT + file)) {
      if (in == null) {
        throw new IllegalArgumentException("No test resource " + ROOT + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
