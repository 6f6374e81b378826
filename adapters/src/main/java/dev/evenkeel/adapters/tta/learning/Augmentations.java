package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.memory.StrongAugmentation;
import java.util.List;

/** Augmentations that fit a model. */
final class Augmentations {
  private Augmentations() {}

  /**
   * The strong augmentation of a model's images.
   *
   * @throws RecipeException if its samples are no images
   */
  static StrongAugmentation of(SourceModel source) {
    Shape shape = source.sampleShape();
    if (shape.rank() != 3) {
      throw new RecipeException(
          List.of(
              "The recipe augments images, expected samples [channels, height, width], but the model"
                  + " takes "
                  + shape));
    }
    return StrongAugmentation.of(shape);
  }
}
