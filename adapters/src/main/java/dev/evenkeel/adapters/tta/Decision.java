package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.decision.CostMatrix;
import dev.evenkeel.adapters.decision.CostMatrixJson;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * From logits to a label: the likeliest class or, with costs, the answer of least expected cost.
 * Changes neither logits nor probabilities. Immutable.
 */
public final class Decision {
  /** The likeliest class, the lowest index among equals. */
  public static final Decision LIKELIEST = new Decision(Optional.empty());

  private final Optional<CostMatrix> costs;

  private Decision(Optional<CostMatrix> costs) {
    this.costs = costs;
  }

  /** The answer of least expected cost. */
  public static Decision by(CostMatrix costs) {
    return new Decision(Optional.of(costs));
  }

  /**
   * Reads the file that {@link Recipe#COSTS} names.
   *
   * @throws RecipeException if it cannot be read or is of another number of classes
   */
  static Decision of(Recipe recipe, SourceModel source) {
    String file = recipe.get(Recipe.COSTS);
    if (file.isEmpty()) {
      return LIKELIEST;
    }
    CostMatrix costs = read(file);
    if (costs.classes() != source.classes()) {
      throw refused(
          file
              + " is for "
              + costs.classes()
              + " classes, the model has "
              + source.classes()
              + "; write one row and one column for each class of the model");
    }
    return by(costs);
  }

  private static CostMatrix read(String file) {
    try {
      return CostMatrixJson.read(Path.of(file));
    } catch (NoSuchFileException e) {
      throw refused(
          file
              + " does not exist, expected a JSON file of costs; correct the path, or leave the key"
              + " out to answer the likeliest class");
    } catch (IOException e) {
      throw refused("cannot read " + file + ": " + e.getMessage() + "; correct the path");
    } catch (IllegalArgumentException e) {
      throw refused(e.getMessage());
    }
  }

  private static RecipeException refused(String problem) {
    return new RecipeException(List.of("set." + Recipe.COSTS.key() + ": " + problem));
  }

  /** The costs; empty where the likeliest class is answered. */
  public Optional<CostMatrix> costs() {
    return costs;
  }

  /**
   * The label of one row.
   *
   * @param logits read from {@code offset} on by absolute index
   * @param classes length of the row
   */
  public int label(FloatBuffer logits, int offset, int classes) {
    return costs.isEmpty()
        ? Softmax.argmax(logits, offset, classes)
        : costs.get().decide(Softmax.probabilities(logits, offset, classes), 0);
  }

  /**
   * The same where the probabilities of the row are known already.
   *
   * @param logits read from {@code offset} on by absolute index
   * @param probabilities {@code [classes]}, the softmax of the row
   */
  public int label(FloatBuffer logits, int offset, float[] probabilities) {
    return costs.isEmpty()
        ? Softmax.argmax(logits, offset, probabilities.length)
        : costs.get().decide(probabilities, 0);
  }
}
