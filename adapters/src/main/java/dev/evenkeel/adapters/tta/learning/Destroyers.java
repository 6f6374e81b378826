package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.selection.Destruction;
import dev.evenkeel.adapters.tta.selection.SelectionOptions;
import java.util.List;

/** Reads how a recipe destroys objects. */
final class Destroyers {
  private Destroyers() {}

  /**
   * The destroyer of a recipe, used only where one of its selections asks for it.
   *
   * @throws RecipeException if one does and the model's samples are no images
   */
  static Destroyer of(AdaptationProgram program) {
    Recipe recipe = program.recipe();
    boolean destroys =
        recipe.selections().stream()
            .anyMatch(method -> method.options().contains(SelectionOptions.DESTRUCTION));
    if (!destroys) {
      return (samples, count, step, random) -> {
        throw new IllegalStateException("No selection of the recipe destroys samples");
      };
    }
    Shape shape = program.source().sampleShape();
    if (shape.rank() != 3) {
      throw new RecipeException(
          List.of(
              "The recipe destroys objects in images, expected samples [channels, height, width],"
                  + " but the model takes "
                  + shape));
    }
    int height = (int) shape.dimension(1);
    int width = (int) shape.dimension(2);
    int patches = recipe.get(SelectionOptions.PATCHES);
    if (patches > Math.min(height, width)) {
      throw new RecipeException(
          List.of(
              SelectionOptions.PATCHES.key()
                  + " is "
                  + patches
                  + ", expected at most the smaller side of the images, "
                  + Math.min(height, width)));
    }
    PatchOrders orders =
        PatchOrders.of(recipe.get(SelectionOptions.PERMUTATIONS), patches * patches);
    Destruction destruction = new Destruction((int) shape.dimension(0), height, width);
    return switch (recipe.get(SelectionOptions.DESTRUCTION)) {
      case "pixel" ->
          (samples, count, step, random) -> {
            int[] order = random.permutation(height * width);
            return each(samples, count, (sample, row) -> destruction.shufflePixels(sample, order));
          };
      case "occlusion" ->
          (samples, count, step, random) ->
              each(samples, count, (sample, row) -> destruction.occlude(sample));
      default ->
          (samples, count, step, random) -> {
            int[][] given = orders.next(count, step, random);
            return each(
                samples,
                count,
                (sample, row) -> destruction.shufflePatches(sample, patches, given[row]));
          };
    };
  }

  private interface OneSample {
    float[] destroy(float[] sample, int row);
  }

  private static float[] each(float[] samples, int count, OneSample one) {
    int width = samples.length / count;
    float[] destroyed = new float[samples.length];
    for (int row = 0; row < count; row++) {
      float[] sample = one.destroy(Rows.of(samples, count, row), row);
      System.arraycopy(sample, 0, destroyed, row * width, width);
    }
    return destroyed;
  }
}
