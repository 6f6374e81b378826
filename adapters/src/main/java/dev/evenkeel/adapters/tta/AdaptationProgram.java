package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.onnx.graph.Model;

/**
 * A source model rewritten for a recipe: ordinary ONNX operators whose adapted state is graph input
 * and output. Immutable; needs no runtime to be built.
 */
public final class AdaptationProgram {
  private final SourceModel source;
  private final Recipe recipe;

  private AdaptationProgram(SourceModel source, Recipe recipe) {
    this.source = source;
    this.recipe = recipe;
  }

  /**
   * Rewrites the model.
   *
   * @param seed of everything random in the recipe, such as the first UnMix-TNS components
   * @throws RecipeException if the model has nothing the recipe can adapt, saying what to do
   */
  public static AdaptationProgram compile(SourceModel source, Recipe recipe, long seed) {
    return new AdaptationProgram(source, recipe);
  }

  public SourceModel source() {
    return source;
  }

  public Recipe recipe() {
    return recipe;
  }

  /** The rewritten model. */
  public Model model() {
    throw new UnsupportedOperationException("not yet");
  }

  /** The state every stream starts from, in the canonical layout. The same at every call. */
  public StateDict initialState() {
    return StateDict.EMPTY;
  }

  /** Identifies program and state layout: equal keys may share sessions and state. */
  public String fingerprint() {
    throw new UnsupportedOperationException("not yet");
  }
}
