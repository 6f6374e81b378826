package dev.evenkeel.adapters.labelshift.adapter;

import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * An adapter with the model it belongs to, as a NumPy archive: {@code version}, {@code
 * model_digest} (bytes of the hexadecimal SHA-256), {@code conditioning} (0 scalar, 1 vector),
 * {@code rank}, {@code prior}, {@code weight}, {@code bias}, {@code parameters}.
 *
 * @param modelDigest of the model that the features came from
 */
public record AdapterFile(String modelDigest, LabelShiftAdapter adapter) {
  private static final long VERSION = 1;

  public void write(Path file) throws IOException {
    LinearHead head = adapter.head();
    double[] weight = new double[head.classes() * head.width()];
    for (int y = 0; y < head.classes(); y++) {
      System.arraycopy(head.weight()[y], 0, weight, y * head.width(), head.width());
    }
    byte[] digest = modelDigest.getBytes(StandardCharsets.US_ASCII);
    Map<String, Tensor> arrays = new TreeMap<>();
    arrays.put("version", Tensor.ofLongs(Shape.of(1), VERSION));
    arrays.put("model_digest", Tensor.ofBytes(Shape.of(digest.length), digest));
    arrays.put(
        "conditioning",
        Tensor.ofLongs(Shape.of(1), adapter.conditioning() == Conditioning.VECTOR ? 1 : 0));
    arrays.put("rank", Tensor.ofLongs(Shape.of(1), adapter.rank()));
    arrays.put("prior", Tensor.ofDoubles(Shape.of(adapter.prior().length), adapter.prior()));
    arrays.put("weight", Tensor.ofDoubles(Shape.of(head.classes(), head.width()), weight));
    arrays.put("bias", Tensor.ofDoubles(Shape.of(head.classes()), head.bias()));
    arrays.put(
        "parameters",
        Tensor.ofDoubles(Shape.of(adapter.parameters().length), adapter.parameters()));
    Npz.write(file, new TreeMap<>(arrays));
  }

  /**
   * Reads an adapter.
   *
   * @throws IllegalArgumentException if the file is none, or of another version
   */
  public static AdapterFile read(Path file) throws IOException {
    Map<String, Tensor> arrays = Npz.read(file);
    long version = get(arrays, "version").toLongs()[0];
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "version is " + version + ", this release reads " + VERSION + "; train it again");
    }
    double[] bias = get(arrays, "bias").toDoubles();
    double[] flat = get(arrays, "weight").toDoubles();
    double[][] weight = new double[bias.length][flat.length / bias.length];
    for (int y = 0; y < bias.length; y++) {
      System.arraycopy(flat, y * weight[y].length, weight[y], 0, weight[y].length);
    }
    Tensor digest = get(arrays, "model_digest");
    byte[] characters = new byte[digest.size()];
    digest.bytes().get(characters);
    LabelShiftAdapter adapter =
        new LabelShiftAdapter(
            get(arrays, "conditioning").toLongs()[0] == 1
                ? Conditioning.VECTOR
                : Conditioning.SCALAR,
            get(arrays, "prior").toDoubles(),
            new LinearHead(weight, bias),
            (int) get(arrays, "rank").toLongs()[0],
            get(arrays, "parameters").toDoubles());
    return new AdapterFile(new String(characters, StandardCharsets.US_ASCII), adapter);
  }

  private static Tensor get(Map<String, Tensor> arrays, String name) {
    Tensor tensor = arrays.get(name);
    if (tensor == null || tensor.size() == 0) {
      throw new IllegalArgumentException("it has no array '" + name + "', only " + arrays.keySet());
    }
    return tensor;
  }
}
