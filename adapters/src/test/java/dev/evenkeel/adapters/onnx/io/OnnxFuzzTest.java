package dev.evenkeel.adapters.onnx.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OnnxFuzzTest {
  private static final int MUTATIONS = 300;

  @Test
  void readsOrRefusesWhateverIsDamagedAndNothingElse() throws IOException {
    byte[] original =
        Files.readAllBytes(Path.of("src/test/resources/fashion/models/fashion-tiny-vit.onnx"));
    RandomTensors seeded = RandomTensors.seeded();
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] damaged = damage(original, seeded.random());
      try {
        ShapeInference.infer(OnnxReader.read(damaged, "damaged.onnx"));
      } catch (OnnxException e) {
        assertThat(e).hasMessageStartingWith("damaged.onnx ");
        refused++;
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw new AssertionError("Mutation " + i + " gave " + e + "; " + seeded, e);
      }
    }
    assertThat(refused).as("refused of %d; %s", MUTATIONS, seeded).isBetween(20, MUTATIONS);
  }

  /** Most of the file is weights, so half of the damage is aimed at the structure before them. */
  private static byte[] damage(byte[] original, Random random) {
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(original, random.nextInt(original.length));
    }
    byte[] damaged = original.clone();
    int flips = 1 + random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      int range = random.nextBoolean() ? 20_000 : damaged.length;
      int place = random.nextInt(range);
      damaged[place] ^= (byte) (1 << random.nextInt(8));
    }
    return damaged;
  }
}
