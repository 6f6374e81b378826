package dev.evenkeel.adapters.tta.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.adapters.tta.Softmax;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RoTTA's own code remembers the same samples, in the same order, after the same answers. */
class CategoryMemoryParityTest {
  private static final int CLASSES = 10;
  private static final int BATCH = 64;
  private static final Pattern UPDATE =
      Pattern.compile(
          "\"positions\": \\[([0-9,\\s]*)\\],\\s*\"ages\": \\[([0-9,\\s]*)\\]", Pattern.DOTALL);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"iid", "noniid", "mixed_noniid"})
  void remembersWhatThePapersCodeRemembers(String stream) throws IOException {
    String golden = "goldens/" + stream + "/rotta_b64/";
    String log = Files.readString(FashionKit.copyTo(folder, golden + "info.json"));
    Matcher updates = UPDATE.matcher(log);
    FloatBuffer logits = FloatBuffer.wrap(FashionKit.array(golden + "outputs.npy").toFloats());
    CategoryMemory memory = new CategoryMemory(MemoryState.empty(CLASSES), 64, 1, 1);
    for (int position = 0; position < logits.limit() / CLASSES; position++) {
      int row = position * CLASSES;
      memory.add(
          new float[] {position},
          Softmax.argmax(logits, row, CLASSES),
          uncertainty(Softmax.probabilities(logits, row, CLASSES)),
          new CounterRandom(0, 0));
      if ((position + 1) % BATCH == 0) {
        List<Long> positions = new ArrayList<>();
        List<Long> ages = new ArrayList<>();
        for (MemoryItem item : memory.items()) {
          positions.add((long) item.sample()[0]);
          ages.add(item.age());
        }
        assertThat(updates.find()).as("update after %d samples", position + 1).isTrue();
        assertThat(positions).as("after %d", position + 1).isEqualTo(numbers(updates.group(1)));
        assertThat(ages).as("after %d", position + 1).isEqualTo(numbers(updates.group(2)));
      }
    }
    assertThat(updates.find()).isFalse();
  }

  private static double uncertainty(float[] probabilities) {
    double entropy = 0;
    for (float probability : probabilities) {
      entropy -= probability * Math.log(probability + 1e-6);
    }
    return entropy;
  }

  private static List<Long> numbers(String text) {
    return Arrays.stream(text.strip().split(",\\s*")).map(Long::valueOf).toList();
  }
}
