package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayer;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayers;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationStatistics;
import dev.evenkeel.adapters.onnx.rewrite.ReplaceNormalization;
import dev.evenkeel.adapters.onnx.rewrite.ReplaceNormalization.Rewritten;
import dev.evenkeel.adapters.onnx.rewrite.UseGivenStatistics;
import dev.evenkeel.adapters.onnx.rewrite.UseSourceStatistics;
import dev.evenkeel.adapters.onnx.rewrite.UseUnMixTnsStatistics;
import dev.evenkeel.adapters.tta.learning.LearnedState;
import dev.evenkeel.adapters.tta.learning.StepAlgorithms;
import dev.evenkeel.adapters.tta.normalization.NormalizationMethod;
import dev.evenkeel.adapters.tta.normalization.NormalizationPlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A source model rewritten for a recipe: ordinary ONNX operators whose adapted state is graph input
 * and output. Immutable; needs no runtime to be built.
 */
public final class AdaptationProgram {
  private final SourceModel source;
  private final Recipe recipe;
  private final Model model;
  private final Optional<LearningModels> learning;
  private final StateLayout layout;
  private final StateDict initialState;
  private final Decision decision;
  private final String fingerprint;
  private final Optional<String> remark;

  private AdaptationProgram(
      SourceModel source,
      Recipe recipe,
      Optional<String> remark,
      Model model,
      Optional<LearningModels> learning,
      StateLayout layout,
      StateDict initialState,
      Decision decision) {
    this.source = source;
    this.recipe = recipe;
    this.remark = remark;
    this.model = model;
    this.learning = learning;
    this.layout = layout;
    this.initialState = initialState;
    this.decision = decision;
    String identity =
        source.digest()
            + source.logits()
            + recipe.adaptation()
            + hex(StateDictSerializer.toBytes(initialState));
    fingerprint = hex(identity.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  /**
   * Rewrites the model, and differentiates it where the recipe learns parameters.
   *
   * @param seed of everything random in the recipe, such as the first UnMix-TNS components
   * @throws RecipeException if the model has nothing the recipe can adapt, or settings do not fit
   *     it, naming all problems and what to do
   */
  public static AdaptationProgram compile(SourceModel source, Recipe recipe, long seed) {
    try {
      return tryCompile(source, recipe, seed);
    } catch (ArithmeticException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      // Attributes that no operator allows, such as no groups or text for a number, show where they
      // are reckoned with.
      RecipeException refused =
          new RecipeException(
              List.of("The model contradicts itself (" + e + "); check and export it again"));
      refused.initCause(e);
      throw refused;
    }
  }

  private static AdaptationProgram tryCompile(SourceModel source, Recipe recipe, long seed) {
    Problems problems = new Problems();
    Optional<AdaptationProgram> program =
        problems.attempt(() -> rewrite(source, recipe, seed, problems));
    // Settings that do not fit the model, or name files that are not there, show here.
    program.ifPresent(rewritten -> problems.attempt(() -> StepAlgorithms.of(rewritten)));
    if (!problems.isEmpty()) {
      throw problems.toException();
    }
    return program.orElseThrow();
  }

  /**
   * Where a part is refused another takes its place, so that the rest is looked at too; what comes
   * out is then good for nothing else.
   */
  private static AdaptationProgram rewrite(
      SourceModel source, Recipe recipe, long seed, Problems problems) {
    NormalizationLayers layers = NormalizationLayers.find(source.model());
    AffineLayers affine = AffineLayers.find(source.model(), layers);
    Recipe fitting = fit(recipe, layers, affine, source.model());
    Optional<String> remark =
        fitting == recipe ? Optional.empty() : Optional.of(staysWithTheSource(recipe, source));
    NormalizationMethod method = fitting.normalization();
    NormalizationPlan plan =
        problems
            .attempt(() -> method.plan(source, layers, fitting, seed))
            .orElseGet(() -> NormalizationPlan.stateless(UseSourceStatistics::new));
    Decision decision =
        problems.attempt(() -> Decision.of(fitting, source)).orElse(Decision.LIKELIEST);
    boolean learns = fitting.objective().isPresent();
    if (!learns && method.name().equals("source")) {
      Model model = source.outputs(fitting.readsFeatures());
      return new AdaptationProgram(
          source,
          fitting,
          remark,
          model,
          Optional.empty(),
          StateLayout.EMPTY,
          start(fitting, source),
          decision);
    }
    Rewriting rewriting = new Rewriting(source, fitting, layers, affine);
    Rewritten predicting = rewriting.of(plan.statistics().get());
    if (!learns) {
      return new AdaptationProgram(
          source,
          fitting,
          remark,
          predicting.model(),
          Optional.empty(),
          plan.layout(),
          plan.initialState().with(start(fitting, source).entries()),
          decision);
    }
    Rewritten learning =
        plan.learning().map(statistics -> rewriting.of(statistics.get())).orElse(predicting);
    List<AffineLayer> adapted =
        problems.attempt(() -> AdaptedLayers.of(affine, fitting)).orElseGet(affine::layers);
    LearningModels models =
        LearningModels.of(learning, source, affine, adapted, fitting.replacesHead());
    return new AdaptationProgram(
        source,
        fitting,
        remark,
        plan.learning().isPresent() ? predicting.model() : models.forward(),
        Optional.of(models),
        plan.layout(),
        LearnedState.initial(plan.initialState(), affine, companion(fitting), seed)
            .with(start(fitting, source).entries()),
        decision);
  }

  /** What the correction remembers before the first batch; refused settings are reported later. */
  private static StateDict start(Recipe recipe, SourceModel source) {
    return recipe
        .correction()
        .map(method -> StateDict.of(method.create(recipe, source).initialEntries()))
        .orElse(StateDict.EMPTY);
  }

  /** The rewriting that all graphs of a program share. */
  private record Rewriting(
      SourceModel source, Recipe recipe, NormalizationLayers layers, AffineLayers affine) {
    Rewritten of(NormalizationStatistics statistics) {
      return ReplaceNormalization.apply(
          source.model(),
          layers.replaceable(),
          recipe.objective().map(objective -> affine),
          source.outputValues(recipe.readsFeatures()),
          statistics);
    }
  }

  /** The recipe as the model can take it: a preset's own normalisation gives way, a named not. */
  private static Recipe fit(
      Recipe recipe, NormalizationLayers layers, AffineLayers affine, Model model) {
    boolean learns = recipe.objective().isPresent();
    if (recipe.normalization().name().equals("source")) {
      if (learns && affine.layers().isEmpty()) {
        throw new RecipeException(List.of(nothingToAdapt(recipe.normalization(), layers, model)));
      }
      return recipe;
    }
    if (!layers.replaceable().isEmpty()) {
      return recipe;
    }
    boolean elseNothing = affine.layers().isEmpty() && recipe.correction().isEmpty();
    if (!recipe.namesNormalization() && !elseNothing) {
      return recipe.onSourceStatistics();
    }
    throw new RecipeException(List.of(nothingToAdapt(recipe.normalization(), layers, model)));
  }

  public SourceModel source() {
    return source;
  }

  /** The recipe, fitted to the model. */
  public Recipe recipe() {
    return recipe;
  }

  /** What the user should know of how the recipe was fitted to the model, if anything. */
  public Optional<String> remark() {
    return remark;
  }

  /** The model that predicts: the logits as first output, then the next state. */
  public Model model() {
    return model;
  }

  /**
   * Outputs of the model, and of the pass that learns, that hold the assignment of samples to
   * normalisation components: float {@code [batch, any]}, the entries of each layer sum to 1. Empty
   * if the recipe has none.
   */
  public List<String> assignments() {
    return model.graph().outputs().stream()
        .map(Value::name)
        .filter(UseUnMixTnsStatistics::isAssignments)
        .toList();
  }

  /** Whether the model tells the moments of each sample, see {@link UseGivenStatistics}. */
  public boolean tellsMoments() {
    return recipe.normalization().followsClasses();
  }

  /** The passes that learn; empty if no parameter is learned. */
  public Optional<LearningModels> learning() {
    return learning;
  }

  /** Name of a second network whose state lies beside the first's; empty for none. */
  public String companion() {
    return companion(recipe);
  }

  private static String companion(Recipe recipe) {
    return recipe.objective().map(objective -> objective.companion(recipe)).orElse("");
  }

  /**
   * Whether the answers can differ from the source model's; false for the recipe {@code source}.
   */
  public boolean adapts() {
    return learning.isPresent()
        || recipe.correction().isPresent()
        || !recipe.normalization().name().equals("source");
  }

  /** How canonical statistics lie in the program's state tensors. */
  public StateLayout layout() {
    return layout;
  }

  /** The state every stream starts from, in the canonical layout. The same at every call. */
  public StateDict initialState() {
    return initialState;
  }

  /** How answers are read from the logits. */
  public Decision decision() {
    return decision;
  }

  /** Identifies program and first state, 32 hex digits: equal ones may share sessions and state. */
  public String fingerprint() {
    return fingerprint;
  }

  private static String staysWithTheSource(Recipe recipe, SourceModel source) {
    return "Recipe '"
        + recipe.expression()
        + "' runs on the statistics of the source, since the model has no BatchNormalization whose"
        + " statistics could follow the stream"
        + (hasBiasedConvolutions(source.model())
            ? "; if it was folded into the convolutions, put it back with 'model prepare --model M"
                + " --calibration X.npy --out M2'"
            : "");
  }

  private static boolean hasBiasedConvolutions(Model model) {
    return model.graph().nodes().stream().anyMatch(AdaptationProgram::isBiased);
  }

  private static String nothingToAdapt(
      NormalizationMethod method, NormalizationLayers layers, Model model) {
    String start =
        "Recipe normalisation '"
            + method.name()
            + "' needs BatchNormalization layers, and the model has none that can be adapted: ";
    if (!layers.fixed().isEmpty()) {
      NormalizationLayers.Fixed first = layers.fixed().get(0);
      return start + first.node().label() + ": " + first.reason();
    }
    return start
        + (hasBiasedConvolutions(model)
            ? "it looks as if they were folded into the convolutions. Put them back with"
                + " 'model prepare --model M --calibration X.npy --out M2', or export it again with"
                + " them kept (PyTorch: torch.onnx.export(..., training=TrainingMode.PRESERVE,"
                + " do_constant_folding=False) on model.eval()); 'model inspect' shows what is"
                + " found"
            : "it has no normalisation at all; use recipe 'source'");
  }

  private static boolean isBiased(Node node) {
    return node.is("Conv") && !node.input(2).isEmpty();
  }

  /** SHA-256 in hexadecimal. */
  private static String hex(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
