package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.control.ProgramSpec;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model, a recipe and how to run them, as they travel inside the job graph. Equal factories open
 * equal runtimes.
 *
 * @param model the ONNX file
 * @param recipe expression of the recipe
 * @param settings of the recipe
 * @param seed of everything random in the recipe
 * @param provider where the arithmetic runs
 * @param threads inside one operator of the model
 */
public record ProgramFactory(
    ModelFile model,
    String recipe,
    Map<String, String> settings,
    long seed,
    Provider provider,
    int threads)
    implements Serializable {

  public ProgramFactory {
    settings = new TreeMap<>(settings);
  }

  /** What the configuration asks for, with that model. */
  public static ProgramFactory of(JobConfig config, ModelFile model) {
    return new ProgramFactory(
        model,
        config.recipe().expression(),
        config.recipe().settings(),
        config.seed(),
        config.runtime().provider(),
        config.runtime().threads());
  }

  /**
   * Rewrites the model for the recipe; needs no runtime.
   *
   * @throws dev.evenkeel.adapters.onnx.io.OnnxException if the file is refused
   * @throws dev.evenkeel.adapters.tta.RecipeException if the recipe does not fit the model
   */
  public AdaptationProgram compile() {
    SourceModel source = SourceModel.of(OnnxReader.read(model.bytes(), model.toString()), settings);
    return AdaptationProgram.compile(source, Recipe.parse(recipe, settings), seed);
  }

  /** Loads the program on the machine that needs it; the caller closes it. */
  public ProgramRuntime open() {
    return OrtRuntime.open(compile(), new RuntimeOptions(provider, threads));
  }

  /** Names the model in predictions and metrics. */
  public String modelVersion() {
    return model.version();
  }

  /** Which program it makes. */
  public ProgramSpec spec() {
    return new ProgramSpec(modelVersion(), recipe, new TreeMap<>(settings), seed);
  }

  /**
   * Another program, run in the same way.
   *
   * @param file with the model that the program names
   */
  ProgramFactory with(ProgramSpec program, ModelFile file) {
    return new ProgramFactory(
        file, program.recipe(), program.settings(), program.seed(), provider, threads);
  }
}
