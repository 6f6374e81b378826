package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A random net of three layers, and recipes set so that they learn from a few of its samples. */
final class TinyLearner {
  /** Channels of all layers. */
  static final int CHANNELS = 13;

  private final RandomTensors random = RandomTensors.seeded();
  private final TinyNet net = TinyNet.random(random, 2, 3, 5, 5);
  private final Path folder;

  /**
   * @param folder where Fisher information goes
   */
  TinyLearner(Path folder) {
    this.folder = folder;
    writeFisher("fisher.npz", random.uniform(0, 1, CHANNELS));
  }

  /** Writes the same Fisher information for scales and biases. */
  Path writeFisher(String name, Tensor information) {
    try {
      Path file = folder.resolve(name);
      Npz.write(file, new TreeMap<>(Map.of("gamma", information, "beta", information)));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A profile of random samples with random labels. */
  Path profile() {
    Path file = folder.resolve("profile.json");
    if (Files.exists(file)) {
      return file;
    }
    ProfileMeasurement measurement = new ProfileMeasurement(net.source().classes());
    for (int i = 0; i < 50; i++) {
      measurement.add(sourceAnswer(samples(1)), new float[0], i % net.source().classes());
    }
    try {
      SourceProfileJson.write(file, measurement.measure(net.source().digest(), List.of()));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TinyNet net() {
    return net;
  }

  RandomTensors random() {
    return random;
  }

  Steps steps(String recipe, String... keysAndValues) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("normalization.min-batch", "1");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    // The tiny net is never sure of anything: without these no sample would be selected.
    if (Stream.of("eta", "eata", "sar", "deyo").anyMatch(recipe::contains)) {
      settings.putIfAbsent("selection.entropy-margin", "100");
    }
    if (Stream.of("eta", "eata").anyMatch(recipe::contains)) {
      settings.putIfAbsent("selection.redundancy-margin", "1");
    }
    if (recipe.contains("deyo")) {
      settings.putIfAbsent("selection.patches", "3");
      settings.putIfAbsent("selection.plpd-threshold", "-2");
    }
    if (recipe.contains("eata")) {
      settings.putIfAbsent("objective.fisher", folder.resolve("fisher.npz").toString());
    }
    if (recipe.contains("prior-correction")) {
      settings.putIfAbsent("labelshift.source-profile", profile().toString());
      // The tiny net's answers tell little: without these the gate would never open.
      settings.putIfAbsent("labelshift.residual", "1000");
    }
    if (remembers(recipe)) {
      settings.putIfAbsent("memory.capacity", "8");
      settings.putIfAbsent("memory.update-every", "4");
      settings.putIfAbsent("memory.minimal", "2");
    }
    return new Steps(AdaptationProgram.compile(net.source(), Recipe.parse(recipe, settings), 3));
  }

  static boolean remembers(String recipe) {
    return recipe.contains("note") || recipe.contains("rotta");
  }

  static boolean learns(String recipe) {
    return Recipe.parse(recipe, Map.of()).objective().isPresent();
  }

  Tensor samples(int count) {
    return random.uniform(0, 1, count, 3, 3, 3);
  }

  /** Samples that are finite and whose activations are not. */
  Tensor poison(int count) {
    return Batches.scaled(samples(count), 1e38f);
  }

  float[] sourceAnswer(Tensor samples) {
    try (Steps source = Steps.of(net.source(), "source", Map.of(), 1);
        AdaptationState state = source.initialState()) {
      return source.step(state, samples).logits();
    }
  }
}
