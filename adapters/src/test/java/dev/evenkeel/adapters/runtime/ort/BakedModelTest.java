package dev.evenkeel.adapters.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateMovement;
import dev.evenkeel.adapters.tta.export.BakedModel;
import dev.evenkeel.adapters.tta.normalization.FrozenStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real model has learned from real images, as a file. */
class BakedModelTest {
  private static final Tensor IMAGES = FashionKit.array("goldens/mixed_noniid/images.npy");
  private static final int BATCH = 16;

  @ParameterizedTest
  @CsvSource({
    "ema-bn, CONSTANT",
    "rbn, CONSTANT",
    "source+tent, CONSTANT",
    "ema-bn+tent, CONSTANT",
    "rotta, CONSTANT",
    "batch-norm, BATCH",
    "alpha-bn, BATCH",
    "tent, BATCH",
    "sar, BATCH",
    "deyo, BATCH",
    "iabn, SAMPLE",
    "note, SAMPLE",
    "unmix-tns, SAMPLE",
    "unmix-tns+tent, SAMPLE"
  })
  void answersAsTheAdaptedModel(String recipe, FrozenStatistics statistics) {
    AdaptationProgram program = program("fashion-resnet", recipe);
    StateDict state = learned(program);
    BakedModel baked = BakedModel.of(program, state);
    assertThat(baked.statistics()).isEqualTo(statistics);
    Model file = read(baked);
    assertThat(file.graph().inputs()).isEqualTo(program.source().model().graph().inputs());
    assertThat(file.graph().outputs()).isEqualTo(program.source().model().graph().outputs());
    assertThat(deviation(program, state, file)).isLessThan(1e-5);
    if (new StateMovement(program.initialState()).fromSource(state) > 0) {
      assertThat(deviation(program, program.initialState(), file))
          .as("what was learned shows")
          .isGreaterThan(1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ema-bn", "ema-bn+tent", "rotta"})
  void isTheSourceModelWithOtherConstants(String recipe) {
    AdaptationProgram program = program("fashion-resnet", recipe);
    Model file = read(BakedModel.of(program, learned(program)));
    assertThat(operators(file)).isEqualTo(operators(program.source().model()));
    assertThat(file.graph().initializers())
        .hasSameSizeAs(program.source().model().graph().initializers());
  }

  @Test
  void layerNormalizationsAreBakedToo() {
    AdaptationProgram program = program("fashion-tiny-vit", "tent");
    StateDict state = learned(program);
    Model file = read(BakedModel.of(program, state));
    assertThat(operators(file)).isEqualTo(operators(program.source().model()));
    assertThat(deviation(program, state, file)).isLessThan(1e-5);
    assertThat(deviation(program, program.initialState(), file)).isGreaterThan(1e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lame", "roid", "ema-bn+lame"})
  void refusesWhatConstantsCannotDo(String recipe) {
    AdaptationProgram program = program("fashion-resnet", recipe);
    assertThatThrownBy(() -> BakedModel.of(program, program.initialState()))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("correction")
        .hasMessageContaining(recipe);
  }

  @Test
  void refusesTheStateOfAnotherProgram() {
    AdaptationProgram program = program("fashion-resnet", "unmix-tns");
    StateDict other = program("fashion-resnet", "ema-bn").initialState();
    assertThatThrownBy(() -> BakedModel.of(program, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("norm.means");
  }

  @Test
  void theCheckSeesAWrongFile() {
    AdaptationProgram program = program("fashion-resnet", "ema-bn");
    StateDict state = learned(program);
    assertThat(deviation(program, state, program.source().model())).isGreaterThan(1e-3);
  }

  private static AdaptationProgram program(String model, String recipe) {
    Map<String, String> settings = new TreeMap<>();
    if (recipe.contains("note") || recipe.contains("rotta")) {
      settings.put("memory.update-every", "16");
    }
    SourceModel source = SourceModel.of(FashionKit.model(model), Map.of());
    return AdaptationProgram.compile(source, Recipe.parse(recipe, settings), 7);
  }

  /** The state after four batches. */
  private static StateDict learned(AdaptationProgram program) {
    try (ProgramRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      for (int i = 0; i < 4; i++) {
        FashionKit.fill(batch, IMAGES, i * BATCH, (i + 1) * BATCH);
        session.step(state, batch, false);
      }
      return state.toStateDict();
    }
  }

  private static Model read(BakedModel baked) {
    return OnnxReader.read(OnnxWriter.toBytes(baked.model()), "baked");
  }

  private static double deviation(AdaptationProgram program, StateDict state, Model file) {
    return BakedModelCheck.deviation(
        program, state, file, batch -> FashionKit.fill(batch, IMAGES, 64, 64 + 2 * BATCH));
  }

  private static List<String> operators(Model model) {
    return model.graph().nodes().stream().map(Node::opType).toList();
  }
}
