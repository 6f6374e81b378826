package dev.evenkeel.it;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The streams of corrupted images in the test resources, unpacked; see their README. */
final class RecordedStreams {
  private static final String RESOURCES = "/fashion/";
  private static final List<String> DOMAINS =
      List.of(
          "gaussian_noise",
          "shot_noise",
          "impulse_noise",
          "defocus_blur",
          "motion_blur",
          "fog",
          "contrast",
          "pixelate");

  private final Path folder;
  private final List<Path> inputs = new ArrayList<>();

  /** One line of the table of expected error rates. */
  record Expected(
      String stream,
      String recipe,
      int batch,
      int components,
      List<Integer> resetAt,
      int samples,
      double errorRate) {
    @Override
    public String toString() {
      return recipe + " on " + stream + " at N = " + batch;
    }
  }

  /**
   * Unpacks the streams, and the orders of patches that DeYO's reference drew.
   *
   * @param folder where to; must exist
   */
  RecordedStreams(Path folder) throws IOException {
    this.folder = folder;
    Map<String, Tensor> images = archive("images.npz");
    for (String domain : DOMAINS) {
      inputs.add(write(domain, images.get(domain)));
    }
    for (String name : List.of("streams.npz", "patch-orders.npz")) {
      for (Map.Entry<String, Tensor> array : archive(name).entrySet()) {
        write(array.getKey(), array.getValue());
      }
    }
  }

  /** What the papers' own code got. */
  static List<Expected> expected() throws IOException {
    try (InputStream in =
        RecordedStreams.class.getResourceAsStream(RESOURCES + "error-rates.json")) {
      return JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build()
          .readValue(in, new TypeReference<List<Expected>>() {});
    }
  }

  /** A labelled stream, by its name. */
  Recording read(String stream) throws IOException {
    return Recording.read(inputs, List.of(file("labels")), Optional.of(file(stream)));
  }

  /** Files of the images, a domain each, all of the same labels. */
  List<Path> domains() {
    return List.copyOf(inputs);
  }

  /** Classes of the images of all domains, domain after domain. */
  Path labels() {
    return file("labels");
  }

  private Map<String, Tensor> archive(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream in = RecordedStreams.class.getResourceAsStream(RESOURCES + name)) {
      Files.copy(in, copy);
    }
    return Npz.read(copy);
  }

  private Path write(String name, Tensor tensor) throws IOException {
    Npy.write(file(name), tensor);
    return file(name);
  }

  private Path file(String name) {
    return folder.resolve(name + ".npy");
  }
}
