package dev.evenkeel.adapters.profile;

import dev.evenkeel.adapters.labelshift.estimator.HoldOut;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Labelled source samples beside a profile, as a NumPy archive: {@code version}, {@code
 * model_digest} and {@code profile_digest} (bytes of the hexadecimal SHA-256), {@code labels}
 * {@code [samples]}, {@code logits} {@code [samples, classes]}, {@code features} {@code [samples,
 * width]} unless the model does not tell, and {@code inputs} {@code [samples, sample...]} where
 * they were asked for. Arrays are not to be changed.
 *
 * @param modelDigest of the model that answered
 * @param profileDigest of the profile's file
 * @param labels true classes, at least one
 * @param logits of the source model, {@code [samples, classes]}
 * @param features that its last linear layer read, {@code [samples, width]}; may be empty
 * @param inputs UINT8 or FLOAT32 {@code [samples, sample...]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record HoldOutFile(
    String modelDigest,
    String profileDigest,
    int[] labels,
    float[] logits,
    float[] features,
    Optional<Tensor> inputs) {
  private static final long VERSION = 1;

  public HoldOutFile {
    int samples = labels.length;
    if (samples == 0
        || logits.length == 0
        || logits.length % samples != 0
        || features.length % samples != 0
        || inputs.map(tensor -> tensor.shape().dimension(0) != samples).orElse(false)) {
      throw new IllegalArgumentException(
          "it holds %d labels, %d logits, %d features and inputs %s, expected whole rows for each label"
              .formatted(samples, logits.length, features.length, inputs));
    }
  }

  public int samples() {
    return labels.length;
  }

  /** The same as estimators read it: probabilities calibrated by a profile. */
  public HoldOut calibrated(SourceProfile profile) {
    int classes = profile.classes();
    if (logits.length != labels.length * classes) {
      throw new IllegalArgumentException(
          "it holds %d logits for %d samples, expected %d of each as the profile has classes"
              .formatted(logits.length, labels.length, classes));
    }
    double[] probabilities = profile.calibration().probabilities(logits);
    double[] read = IntStream.range(0, features.length).mapToDouble(i -> features[i]).toArray();
    return new HoldOut(labels, probabilities, read);
  }

  /** Writes, over a file that is there. */
  public void write(Path file) throws IOException {
    SortedMap<String, Tensor> arrays = new TreeMap<>();
    arrays.put("version", Tensor.ofLongs(Shape.of(1), VERSION));
    arrays.put("model_digest", characters(modelDigest));
    arrays.put("profile_digest", characters(profileDigest));
    arrays.put("labels", Tensor.ofInts(Shape.of(labels.length), labels));
    arrays.put("logits", rows(logits));
    if (features.length > 0) {
      arrays.put("features", rows(features));
    }
    inputs.ifPresent(tensor -> arrays.put("inputs", tensor));
    Npz.write(file, arrays);
  }

  private Tensor rows(float[] values) {
    return Tensor.ofFloats(Shape.of(labels.length, values.length / labels.length), values);
  }

  private static Tensor characters(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Tensor.ofBytes(Shape.of(bytes.length), bytes);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if the file is none, or of another version
   */
  public static HoldOutFile read(Path file) throws IOException {
    SortedMap<String, Tensor> arrays = Npz.read(file);
    long version = get(arrays, "version").toLongs()[0];
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "version is " + version + ", this release reads " + VERSION + "; make it again");
    }
    long[] labels = get(arrays, "labels").toLongs();
    return new HoldOutFile(
        text(get(arrays, "model_digest")),
        text(get(arrays, "profile_digest")),
        IntStream.range(0, labels.length).map(i -> Math.toIntExact(labels[i])).toArray(),
        get(arrays, "logits").toFloats(),
        arrays.containsKey("features") ? arrays.get("features").toFloats() : new float[0],
        Optional.ofNullable(arrays.get("inputs")));
  }

  private static String text(Tensor tensor) {
    byte[] bytes = new byte[tensor.size()];
    tensor.bytes().get(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static Tensor get(Map<String, Tensor> arrays, String name) {
    Tensor tensor = arrays.get(name);
    if (tensor == null || tensor.size() == 0) {
      throw new IllegalArgumentException("it has no array '" + name + "', only " + arrays.keySet());
    }
    return tensor;
  }
}
