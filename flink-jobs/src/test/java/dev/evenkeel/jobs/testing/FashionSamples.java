package dev.evenkeel.jobs.testing;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.TestRuntime;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.step.ModelFile;
import dev.evenkeel.jobs.step.ProgramFactory;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A real model and real images for tests of the job. */
public final class FashionSamples {
  private static final Tensor IMAGES = FashionKit.array("goldens/iid/images.npy");
  private static final int PIXELS = 28 * 28;

  private FashionSamples() {}

  public static ModelFile model() {
    try {
      Path folder = Files.createTempDirectory("evenkeel-model");
      Path file = FashionKit.copyTo(folder, "models/fashion-resnet.onnx");
      ModelFile model = ModelFile.read(file);
      Files.delete(file);
      Files.delete(folder);
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static ProgramFactory program(String recipe) {
    return program(recipe, Map.of());
  }

  public static ProgramFactory program(String recipe, Map<String, String> settings) {
    return new ProgramFactory(model(), recipe, settings, 7, TestRuntime.options().provider(), 1);
  }

  /** Image {@code i} of a stream, its event time {@code i} milliseconds. */
  public static StreamSample sample(String stream, int i) {
    return sample(stream, i, Map.of());
  }

  /** The same with attributes. */
  public static StreamSample sample(String stream, int i, Map<String, String> attributes) {
    return new StreamSample(
        stream, Integer.toString(i), i, i, DataType.UINT8, image(i), attributes);
  }

  /** The same as a message. */
  public static Sample message(String stream, int i) {
    return Sample.newBuilder()
        .setStreamId(stream)
        .setSampleId(Integer.toString(i))
        .setEventTime(Instant.ofEpochMilli(i))
        .setDtype(DataType.UINT8)
        .setShape(List.of(1, 28, 28))
        .setData(image(i))
        .build();
  }

  private static ByteBuffer image(int i) {
    byte[] pixels = new byte[PIXELS];
    IMAGES.bytes().get(i * PIXELS, pixels);
    return ByteBuffer.wrap(pixels);
  }
}
