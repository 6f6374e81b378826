package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.tta.normalization.NormalizationMethod;
import dev.evenkeel.adapters.tta.normalization.NormalizationPlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A source model rewritten for a recipe: ordinary ONNX operators whose adapted state is graph input
 * and output. Immutable; needs no runtime to be built.
 */
public final class AdaptationProgram {
  private final SourceModel source;
  private final Recipe recipe;
  private final NormalizationPlan plan;
  private final String fingerprint;

  private AdaptationProgram(
      SourceModel source, Recipe recipe, NormalizationPlan plan, String fingerprint) {
    this.source = source;
    this.recipe = recipe;
    this.plan = plan;
    this.fingerprint = fingerprint;
  }

  /**
   * Rewrites the model.
   *
   * @param seed of everything random in the recipe, such as the first UnMix-TNS components
   * @throws RecipeException if the model has nothing the recipe can adapt, saying what to do
   */
  public static AdaptationProgram compile(SourceModel source, Recipe recipe, long seed) {
    NormalizationMethod method = recipe.normalization();
    NormalizationLayers layers = NormalizationLayers.find(source.model());
    if (!method.name().equals("source") && layers.replaceable().isEmpty()) {
      throw new RecipeException(List.of(nothingToAdapt(method, layers, source.model())));
    }
    NormalizationPlan plan = method.plan(source, layers, recipe, seed);
    String identity =
        hex(OnnxWriter.toBytes(source.model()))
            + source.logits()
            + recipe
            + hex(StateDictSerializer.toBytes(plan.initialState()));
    String fingerprint = hex(identity.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    return new AdaptationProgram(source, recipe, plan, fingerprint);
  }

  public SourceModel source() {
    return source;
  }

  public Recipe recipe() {
    return recipe;
  }

  /** The rewritten model: the logits as first output, then the next state. */
  public Model model() {
    return plan.model();
  }

  /** Whether batches change the answers at all; false for the recipe {@code source}. */
  public boolean adapts() {
    return !recipe.normalization().name().equals("source");
  }

  /** How canonical state lies in the program's state tensors. */
  public StateLayout layout() {
    return plan.layout();
  }

  /** The state every stream starts from, in the canonical layout. The same at every call. */
  public StateDict initialState() {
    return plan.initialState();
  }

  /** Identifies program and first state, 32 hex digits: equal ones may share sessions and state. */
  public String fingerprint() {
    return fingerprint;
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
    boolean convolutions = model.graph().nodes().stream().anyMatch(node -> isBiased(node));
    return start
        + (convolutions
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
