package dev.evenkeel.jobs.demo.data;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/** The bundled model, test images, their classes and the class names. Immutable. */
public final class FashionData {
  private static final String RESOURCES = "/dev/evenkeel/jobs/demo/";

  private final Path model;
  private final byte[] pixels;
  private final int[] labels;
  private final List<String> classNames;
  private final int height;
  private final int width;

  private FashionData(Path model, Tensor images, Tensor labels, List<String> classNames) {
    this.model = model;
    this.height = (int) images.shape().dimension(1);
    this.width = (int) images.shape().dimension(2);
    this.pixels = new byte[images.size()];
    images.bytes().get(this.pixels);
    this.labels = Arrays.stream(labels.toLongs()).mapToInt(Math::toIntExact).toArray();
    this.classNames = List.copyOf(classNames);
  }

  /**
   * Unpacks the bundled files.
   *
   * @param directory where the model is written to, as {@code fashion-resnet.onnx}; must exist
   */
  public static FashionData unpack(Path directory) throws IOException {
    Path model = unpack("fashion-resnet.onnx", directory);
    Tensor images = Npy.read(unpack("fashion-images.npy", directory));
    Tensor labels = Npy.read(unpack("fashion-labels.npy", directory));
    try (InputStream names = open("fashion-classes.txt")) {
      return new FashionData(
          model,
          images,
          labels,
          new String(names.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }

  /** The classifier, an ONNX file. */
  public Path model() {
    return model;
  }

  /** Number of images. */
  public int size() {
    return labels.length;
  }

  /** Pixels from top to bottom. */
  public int height() {
    return height;
  }

  /** Pixels from left to right. */
  public int width() {
    return width;
  }

  /** Names of the classes, in class order. */
  public List<String> classNames() {
    return classNames;
  }

  /** Class of an image, 0-based. */
  public int label(int image) {
    return labels[image];
  }

  /** A copy of an image: 8-bit grey values {@code [height, width]}. */
  public byte[] pixels(int image) {
    int size = height * width;
    return Arrays.copyOfRange(pixels, image * size, (image + 1) * size);
  }

  private static Path unpack(String name, Path directory) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream content = open(name)) {
      Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  private static InputStream open(String name) throws IOException {
    InputStream content = FashionData.class.getResourceAsStream(RESOURCES + name);
    if (content == null) {
      throw new FileNotFoundException(
          "The demo's " + name + " is missing from this build: run ./mvnw package again");
    }
    return content;
  }
}
