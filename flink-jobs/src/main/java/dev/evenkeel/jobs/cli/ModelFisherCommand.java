package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.learning.FisherInformation;
import dev.evenkeel.adapters.tta.learning.Network;
import dev.evenkeel.adapters.tta.objective.OnlineOptions;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the Fisher information that EATA holds parameters with. */
@Command(
    name = "fisher",
    sortOptions = false,
    description =
        "Measures on unlabelled source samples how much each scale and bias matters to the model's"
            + " answers, for recipes with objective.fisher-weight, such as 'eata'.")
final class ModelFisherCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "M.onnx", required = true, description = "The model.")
  private Path model;

  @Option(
      names = "--inputs",
      paramLabel = "X.npy",
      required = true,
      arity = "1..*",
      description = "Source samples [n, ...], uint8 or float32, as in backtest; 2000 will do.")
  private List<Path> inputs;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      required = true,
      description = "Samples in a batch; the one that the recipe will run with.")
  private int batchSize;

  @Option(names = "--out", paramLabel = "F.npz", required = true, description = "Written there.")
  private Path out;

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      defaultValue = "eata",
      description =
          "Recipe whose normalisation and layers are used. Default: ${DEFAULT-VALUE}, that is"
              + " batch statistics and all layers.")
  private String recipe;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "A setting of the recipe; may be repeated.")
  private Map<String, String> settings = Map.of();

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (batchSize < 1) {
      throw usage("--batch-size is " + batchSize + ", expected at least 1");
    }
    SourceModel source = SourceModel.of(OnnxReader.read(model), settings);
    AdaptationProgram program = AdaptationProgram.compile(source, recipeWithoutFisher(), 0);
    if (program.learning().isEmpty()) {
      throw usage("--recipe is " + recipe + ", expected one that learns parameters");
    }
    Recording recording = Recording.read(inputs, List.of(), Optional.empty());
    recording.requireFit(source.sampleShape());
    recording.requireFinite();
    int samples = measuredSamples(recording.size(), program.recipe().minimalBatch());
    Map<String, Tensor> arrays = measure(program, recording, samples);
    Npz.write(out, new TreeMap<>(arrays));
    report(samples, arrays);
    return 0;
  }

  /** What is measured here cannot be asked for. */
  private Recipe recipeWithoutFisher() {
    Recipe asked = Recipe.parse(recipe, settings);
    if (!asked.readOptions().contains(OnlineOptions.FISHER_WEIGHT)) {
      return asked;
    }
    Map<String, String> all = new TreeMap<>(settings);
    all.put(OnlineOptions.FISHER_WEIGHT.key(), "0");
    return Recipe.parse(recipe, all);
  }

  /** All but a last batch that is too short for the recipe, which would not learn from it. */
  private int measuredSamples(int available, int smallest) {
    if (batchSize < smallest || available < smallest) {
      throw usage(
          "--batch-size is "
              + batchSize
              + " and --inputs hold "
              + available
              + " samples, expected at least normalization.min-batch of both, which is "
              + smallest
              + " for recipe "
              + recipe
              + "; raise them");
    }
    int rest = available % batchSize;
    return rest < smallest ? available - rest : available;
  }

  private Map<String, Tensor> measure(AdaptationProgram program, Recording recording, int samples) {
    try (ProgramRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        Network network = runtime.newNetwork()) {
      FisherInformation fisher = new FisherInformation(program, network);
      SampleBatch batch = session.newBatch();
      for (int start = 0; start < samples; start += batchSize) {
        recording.fill(batch, start, Math.min(samples, start + batchSize));
        fisher.add(batch);
      }
      return fisher.arrays();
    }
  }

  private void report(int samples, Map<String, Tensor> arrays) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("out", out.toString());
    fields.put("samples", samples);
    fields.put("channels", arrays.get("gamma").size());
    spec.commandLine()
        .getOut()
        .println(
            json
                ? Json.line(fields)
                : "Wrote the Fisher information of "
                    + arrays.get("gamma").size()
                    + " channels, from "
                    + samples
                    + " samples, to "
                    + out
                    + "; use it with --fisher "
                    + out
                    + " or objective.fisher");
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
