package dev.evenkeel.adapters.tta.export;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayers;
import dev.evenkeel.adapters.onnx.rewrite.CorrectLogits;
import dev.evenkeel.adapters.onnx.rewrite.FreezeState;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.ReplaceConstants;
import dev.evenkeel.adapters.onnx.rewrite.ReplaceNormalization;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout;
import dev.evenkeel.adapters.tta.correction.CorrectionMethod;
import dev.evenkeel.adapters.tta.correction.FrozenHead;
import dev.evenkeel.adapters.tta.learning.LearnedState;
import dev.evenkeel.adapters.tta.learning.Served;
import dev.evenkeel.adapters.tta.learning.StepAlgorithms;
import dev.evenkeel.adapters.tta.normalization.FrozenStatistics;
import dev.evenkeel.adapters.tta.normalization.NormalizationPlan;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An adapted model that learns no more: a program with one state made constant. It takes samples
 * and gives what the source model gives, with the answers of the adapted one.
 *
 * @param model ordinary ONNX operators
 * @param statistics where its normalisation takes statistics from. Where they are constants the
 *     model is the source model with other constants; else it carries the operators that compute
 *     them
 * @param corrected whether a correction of answers was put into its head
 */
public record BakedModel(Model model, FrozenStatistics statistics, boolean corrected) {
  /**
   * Makes a state constant.
   *
   * @throws RecipeException if the recipe corrects answers in a way that no constants can
   * @throws IllegalArgumentException if the state is of another program
   */
  public static BakedModel of(AdaptationProgram program, StateDict state) {
    requireFitting(program, state);
    Served served =
        StepAlgorithms.of(program)
            .map(algorithm -> algorithm.served(state))
            .orElse(Served.STATISTICS);
    SourceModel learned = withParameters(program, served);
    FrozenStatistics statistics = program.recipe().normalization().frozen();
    StateDict read = statistics(program.layout(), state, served.companion());
    Model normalized =
        statistics == FrozenStatistics.CONSTANT
            ? withConstants(learned, read)
            : withOperators(program, learned, read);
    Optional<FrozenHead> head = correction(program, state);
    boolean corrects = head.filter(found -> !found.changesNothing()).isPresent();
    return new BakedModel(
        corrects ? correct(program.source(), normalized, head.get()) : normalized,
        statistics,
        corrects);
  }

  private static void requireFitting(AdaptationProgram program, StateDict state) {
    program
        .initialState()
        .entries()
        .forEach(
            (name, expected) -> {
              Tensor found = state.get(name);
              if (found.type() != expected.type() || !found.shape().equals(expected.shape())) {
                throw new IllegalArgumentException(
                    "State entry '%s' is %s, the program expects %s; is it of another model or recipe?"
                        .formatted(name, found, expected));
              }
            });
  }

  private static SourceModel withParameters(AdaptationProgram program, Served served) {
    SourceModel source = program.source();
    if (served.parameters().isEmpty()) {
      return source;
    }
    AffineLayers affine = program.learning().orElseThrow().affine();
    return with(
        source, ReplaceConstants.parameters(source.model(), affine, served.parameters().get()));
  }

  private static SourceModel with(SourceModel source, Model model) {
    return new SourceModel(
        model,
        source.input(),
        source.inputType(),
        source.sampleShape(),
        source.logits(),
        source.features(),
        source.classes());
  }

  /** The statistics that answer, under the names of the first network's. */
  private static StateDict statistics(StateLayout layout, StateDict state, String companion) {
    SortedMap<String, Tensor> read = new TreeMap<>();
    for (String name : layout.entries().keySet()) {
      read.put(
          name,
          state.get(companion.isEmpty() ? name : LearnedState.companionEntry(name, companion)));
    }
    return new StateDict(read);
  }

  private static Model withConstants(SourceModel learned, StateDict read) {
    if (read.entries().isEmpty()) {
      return learned.model();
    }
    return ReplaceConstants.statistics(
        learned.model(),
        NormalizationLayers.find(learned.model()),
        read.get("norm.means").toFloats(),
        read.get("norm.variances").toFloats());
  }

  private static Model withOperators(
      AdaptationProgram program, SourceModel learned, StateDict read) {
    Recipe recipe = program.recipe();
    Model model = learned.model();
    NormalizationLayers layers = NormalizationLayers.find(model);
    // The seed draws a first state, which another takes the place of.
    NormalizationPlan plan = recipe.normalization().plan(learned, layers, recipe, 0);
    Model rewritten =
        ReplaceNormalization.apply(
                model,
                layers.replaceable(),
                Optional.empty(),
                model.graph().outputs(),
                plan.statistics().get())
            .model();
    return FreezeState.apply(
        rewritten, learned.input(), model.graph().outputs(), tensors(plan.layout(), read));
  }

  /** The state as the program's inputs take it, for one stream. */
  private static Map<String, Tensor> tensors(StateLayout layout, StateDict read) {
    List<FloatBuffer> buffers = new ArrayList<>();
    layout
        .tensors()
        .forEach(tensor -> buffers.add(FloatBuffer.allocate((int) tensor.shape().size())));
    layout.pack(read, buffers);
    Map<String, Tensor> tensors = new TreeMap<>();
    for (int i = 0; i < buffers.size(); i++) {
      StateLayout.StateTensor tensor = layout.tensors().get(i);
      long[] inner = tensor.shape().dimensions();
      long[] shape = new long[inner.length + 1];
      shape[0] = 1;
      System.arraycopy(inner, 0, shape, 1, inner.length);
      tensors.put(tensor.input(), Tensor.ofFloats(Shape.of(shape), buffers.get(i).array()));
    }
    return tensors;
  }

  private static Optional<FrozenHead> correction(AdaptationProgram program, StateDict state) {
    Optional<CorrectionMethod> method = program.recipe().correction();
    if (method.isEmpty()) {
      return Optional.empty();
    }
    Optional<FrozenHead> head =
        method.get().create(program.recipe(), program.source()).frozen(state);
    if (head.isEmpty()) {
      throw new RecipeException(
          List.of(
              "The correction '"
                  + method.get().name()
                  + "' of recipe '"
                  + program.recipe().expression()
                  + "' makes an answer from the other samples of its batch or from a head that is"
                  + " fitted anew, which constants in a file cannot do; serve it with the job, or"
                  + " adapt with a recipe without it"));
    }
    return head;
  }

  private static Model correct(SourceModel source, Model model, FrozenHead head) {
    Model answering = model;
    if (head.head().isPresent()) {
      LinearHead linear = head.head().get();
      answering =
          CorrectLogits.replaceHead(
              model,
              source.logits(),
              source.features().orElseThrow(),
              Tensor.ofFloats(Shape.of(linear.classes(), linear.width()), joined(linear.weight())),
              Tensor.ofFloats(Shape.of(linear.classes()), joined(linear.bias())));
    }
    float[] shift = joined(head.shift());
    return head.factor() == 1 && new FrozenHead(Optional.empty(), 1, head.shift()).changesNothing()
        ? answering
        : CorrectLogits.scaleAndShift(answering, source.logits(), (float) head.factor(), shift);
  }

  private static float[] joined(double[]... rows) {
    float[] joined = new float[rows.length * rows[0].length];
    for (int i = 0; i < joined.length; i++) {
      joined[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return joined;
  }
}
