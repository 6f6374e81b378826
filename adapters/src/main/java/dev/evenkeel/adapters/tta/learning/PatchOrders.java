package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.selection.Destruction;
import dev.evenkeel.adapters.tta.selection.SelectionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Where the orders come from in which the patches of images are shuffled. */
@FunctionalInterface
interface PatchOrders {
  /**
   * Orders of the samples of a step.
   *
   * @param step number of the stream's step
   * @return a permutation for each sample, {@code [count, patches]}
   */
  int[][] next(int count, long step, CounterRandom random);

  /**
   * Drawn orders, or those given for comparisons.
   *
   * @param given nothing, a folder with a file for each batch, or one file {@code [rows, patches]}
   *     whose rows are taken one after another from the start and from each reset
   * @param patches number of patches of an image
   * @throws RecipeException if there is neither, or the one file has other columns
   */
  static PatchOrders of(String given, int patches) {
    if (given.isEmpty()) {
      return (count, step, random) -> Destruction.permutations(count, patches, random);
    }
    if (Files.isDirectory(Path.of(given))) {
      return inFolder(Path.of(given), patches);
    }
    return inOneFile(Path.of(given), patches);
  }

  private static PatchOrders inOneFile(Path file, int patches) {
    Tensor orders;
    long[] flat;
    try {
      orders = Npy.read(file);
      flat = orders.toLongs();
    } catch (IOException | IllegalStateException e) {
      throw refused(file, patches, e.toString());
    }
    Shape shape = orders.shape();
    if (shape.rank() != 2 || shape.dimension(1) != patches) {
      throw refused(file, patches, "it holds " + orders);
    }
    return (count, step, random) -> {
      // One random number for each row, so that the place in the file is in the stream's state.
      long first = random.counter();
      if (first + count > shape.dimension(0)) {
        throw new IllegalArgumentException(
            SelectionOptions.PERMUTATIONS.key()
                + ": "
                + file
                + " has "
                + shape.dimension(0)
                + " orders, expected at least the "
                + (first + count)
                + " that were taken since the last reset");
      }
      IntStream.range(0, count).forEach(row -> random.nextLong());
      return rows(flat, (int) first, count, patches);
    };
  }

  private static RecipeException refused(Path file, int patches, String why) {
    return new RecipeException(
        List.of(
            SelectionOptions.PERMUTATIONS.key()
                + " is '"
                + file
                + "', expected an existing directory or an array of integers [rows, "
                + patches
                + "]: "
                + why
                + "; correct the path"));
  }

  private static PatchOrders inFolder(Path folder, int patches) {
    return (count, step, random) -> {
      Path file = folder.resolve("perm_" + step + ".npy");
      try {
        Tensor orders = Npy.read(file);
        if (!orders.shape().equals(Shape.of(count, patches))) {
          throw new IllegalArgumentException(
              file + " is " + orders + ", expected [" + count + ", " + patches + "]");
        }
        return rows(orders.toLongs(), 0, count, patches);
      } catch (IOException e) {
        throw new IllegalArgumentException(
            SelectionOptions.PERMUTATIONS.key() + ": cannot read " + file + ": " + e.getMessage(),
            e);
      }
    };
  }

  private static int[][] rows(long[] flat, int first, int count, int patches) {
    return IntStream.range(first, first + count)
        .mapToObj(
            row ->
                IntStream.range(0, patches)
                    .map(patch -> Math.toIntExact(flat[row * patches + patch]))
                    .toArray())
        .toArray(int[][]::new);
  }
}
