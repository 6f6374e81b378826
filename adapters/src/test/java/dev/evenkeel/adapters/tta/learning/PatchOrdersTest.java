package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.adapters.tta.RecipeException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchOrdersTest {
  private static final long SEED = 7;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeOrders() throws IOException {
    file = folder.resolve("orders.npy");
    Npy.write(file, Tensor.ofInts(Shape.of(4, 3), 0, 1, 2, 2, 1, 0, 1, 2, 0, 0, 2, 1));
  }

  @Test
  void takesTheRowsOfAFileInTurn() {
    PatchOrders orders = PatchOrders.of(file.toString(), 3);
    CounterRandom random = new CounterRandom(SEED, 0);
    assertThat(orders.next(1, 0, random)).isEqualTo(new int[][] {{0, 1, 2}});
    assertThat(orders.next(2, 1, random)).isEqualTo(new int[][] {{2, 1, 0}, {1, 2, 0}});
  }

  @Test
  void continuesWhereTheRandomStateStands() {
    PatchOrders orders = PatchOrders.of(file.toString(), 3);
    orders.next(4, 0, new CounterRandom(SEED, 0));
    assertThat(orders.next(1, 1, new CounterRandom(SEED, 3))).isEqualTo(new int[][] {{0, 2, 1}});
  }

  @Test
  void stopsWhereTheFileEnds() {
    PatchOrders orders = PatchOrders.of(file.toString(), 3);
    assertThatThrownBy(() -> orders.next(2, 0, new CounterRandom(SEED, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 4 orders, expected at least the 5");
  }

  @Test
  void refusesAFileForAnotherNumberOfPatches() {
    assertThatThrownBy(() -> PatchOrders.of(file.toString(), 16))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("[rows, 16]")
        .hasMessageContaining("[4, 3]");
  }

  @Test
  void refusesAFileThatIsMissing() {
    assertThatThrownBy(() -> PatchOrders.of(folder.resolve("none.npy").toString(), 3))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("none.npy', expected an existing directory or an array");
  }
}
