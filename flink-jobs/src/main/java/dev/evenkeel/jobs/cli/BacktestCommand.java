package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.evaluation.OpenSetMetrics;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.correction.LabelShiftOptions;
import dev.evenkeel.adapters.tta.objective.OnlineOptions;
import dev.evenkeel.jobs.backtest.Backtest;
import dev.evenkeel.jobs.backtest.BacktestResult;
import dev.evenkeel.jobs.backtest.BatchPlan;
import dev.evenkeel.jobs.backtest.PlacedAction;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a recipe over recorded data without Kafka. */
@Command(
    name = "backtest",
    sortOptions = false,
    description =
        "Runs a recipe over recorded data, without Kafka, with the code that the job runs.")
final class BacktestCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "M.onnx", required = true, description = "The model.")
  private Path model;

  @Option(
      names = "--inputs",
      paramLabel = "X.npy",
      required = true,
      arity = "1..*",
      description =
          "Samples [n, ...], uint8 (divided by 255 before the model) or float32; several files are"
              + " concatenated.")
  private List<Path> inputs;

  @Option(
      names = "--labels",
      paramLabel = "Y.npy",
      arity = "1..*",
      description = "True classes [n], concatenated likewise; -1 is a class the model lacks.")
  private List<Path> labels = List.of();

  @Option(
      names = "--order",
      paramLabel = "O.npy",
      description = "Row indices into the inputs, the order of the stream. Default: file order.")
  private Path order;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE.yaml",
      required = true,
      description = "Preset names joined by +, or a YAML file with the keys recipe and set.")
  private String recipe;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "A setting of the recipe; may be repeated.")
  private Map<String, String> settings = Map.of();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      required = true,
      description = "Samples in a batch.")
  private int batchSize;

  @Option(names = "--batches", paramLabel = "B", description = "Stop after B batches.")
  private Integer batches;

  @Option(
      names = "--reset-at",
      paramLabel = "P",
      split = ",",
      description = "Positions at which the adaptation returns to its initial state.")
  private List<Integer> resetAt = List.of();

  @Option(
      names = "--initial-state",
      paramLabel = "S.npz",
      description = "The state to start from and return to.")
  private Path initialState;

  @Option(
      names = "--state-out",
      paramLabel = "S.npz",
      description = "Write the state after the last batch there.")
  private Path stateOut;

  @Option(
      names = "--logits-out",
      paramLabel = "L.npy",
      description = "Write the logits [samples, classes] there, in stream order.")
  private Path logitsOut;

  @Option(
      names = "--source-profile",
      paramLabel = "P.json",
      description = "Source profile, for recipes that use one.")
  private Path sourceProfile;

  @Option(
      names = "--fisher",
      paramLabel = "F.npz",
      description = "Fisher diagonal, for recipes that use one.")
  private Path fisher;

  @Option(
      names = "--label-shift-adapter",
      paramLabel = "A.npz",
      description = "Trained adapter, for recipes that use one.")
  private Path labelShiftAdapter;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "1",
      description = "Threads inside one operator. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Of everything random in the recipe. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    checkNumbers();
    RecipeArgument argument = withFiles(RecipeArgument.read(recipe, settings));
    Recipe parsed = Recipe.parse(argument.expression(), argument.settings());
    SourceModel source = SourceModel.of(OnnxReader.read(model), argument.settings());
    AdaptationProgram program = AdaptationProgram.compile(source, parsed, seed);
    program.remark().ifPresent(remark -> spec.commandLine().getErr().println("warning: " + remark));
    int smallest = program.recipe().minimalBatch();
    if (batchSize < smallest) {
      throw usage(
          "--batch-size is "
              + batchSize
              + ", expected at least normalization.min-batch, which is "
              + smallest
              + " for recipe "
              + parsed.expression()
              + "; raise it, or lower that with --set normalization.min-batch="
              + batchSize);
    }
    Recording recording = Recording.read(inputs, labels, Optional.ofNullable(order));
    Optional<StateDict> start = readInitialState();
    BatchPlan plan =
        BatchPlan.of(
            recording.size(), batchSize, resetAt, batches == null ? Integer.MAX_VALUE : batches);
    BacktestResult result =
        run(source, program, new Backtest(recording, plan, System::nanoTime), start);
    if (stateOut != null) {
      Npz.write(stateOut, result.state().entries());
    }
    if (logitsOut != null) {
      Npy.write(logitsOut, result.logits().orElseThrow());
    }
    spec.commandLine().getOut().println(json ? Json.line(fields(result)) : table(parsed, result));
    return 0;
  }

  /** Files with an option of their own are settings too. */
  private RecipeArgument withFiles(RecipeArgument argument) {
    RecipeArgument with = withFile(argument, "--fisher", fisher, OnlineOptions.FISHER);
    with = withFile(with, "--source-profile", sourceProfile, LabelShiftOptions.SOURCE_PROFILE);
    return withFile(with, "--label-shift-adapter", labelShiftAdapter, LabelShiftOptions.ADAPTER);
  }

  private RecipeArgument withFile(
      RecipeArgument argument,
      String name,
      Path file,
      dev.evenkeel.adapters.tta.Option<String> option) {
    if (file == null) {
      return argument;
    }
    Recipe bare = Recipe.parse(argument.expression(), argument.settings());
    if (!bare.readOptions().contains(option)) {
      throw unused(name, file, bare);
    }
    Map<String, String> all = new LinkedHashMap<>(argument.settings());
    all.put(option.key(), file.toString());
    return new RecipeArgument(argument.expression(), all);
  }

  private BacktestResult run(
      SourceModel source, AdaptationProgram program, Backtest backtest, Optional<StateDict> start) {
    RuntimeOptions options = new RuntimeOptions(Provider.CPU, threads);
    AdaptationProgram frozen =
        AdaptationProgram.compile(source, Recipe.parse("source", Map.of()), seed);
    try (ProgramRuntime adapted = OrtRuntime.open(program, options);
        ProgramRuntime unadapted = OrtRuntime.open(frozen, options)) {
      return backtest.run(adapted, unadapted, start, logitsOut != null);
    }
  }

  private Optional<StateDict> readInitialState() throws IOException {
    if (initialState == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(StateDict.of(Npz.read(initialState)));
    } catch (IllegalArgumentException e) {
      throw usage("--initial-state " + initialState + " is no state file: " + e.getMessage());
    }
  }

  private void checkNumbers() {
    requireAtLeast("--batch-size", batchSize, 1);
    requireAtLeast("--threads", threads, 1);
    if (batches != null) {
      requireAtLeast("--batches", batches, 1);
    }
    resetAt.forEach(position -> requireAtLeast("--reset-at", position, 0));
  }

  private void requireAtLeast(String option, int value, int minimum) {
    if (value < minimum) {
      throw usage(option + " is " + value + ", expected at least " + minimum);
    }
  }

  private ParameterException unused(String option, Path file, Recipe recipe) {
    return usage(
        option
            + " is "
            + file
            + ", but recipe "
            + recipe.expression()
            + " does not use it; leave it out");
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static Map<String, Object> fields(BacktestResult result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("error_rate", result.errorRate());
    fields.put("source_error_rate", result.sourceErrorRate());
    fields.put("samples", result.samples());
    fields.put("samples_per_second", result.samplesPerSecond());
    fields.put("accepted_ratio", result.acceptedRatio());
    fields.put("updates", result.updates());
    fields.put("skipped", result.skipped());
    fields.put("resets", result.resets());
    fields.put("recall_per_class", result.recallPerClass());
    fields.put("mean_cost", result.meanCost());
    fields.put("source_mean_cost", result.sourceMeanCost());
    fields.put("estimated_label_distribution", result.estimatedLabelDistribution());
    Optional<OpenSetMetrics> openSet = result.openSet();
    fields.put("auroc", openSet.map(OpenSetMetrics::auroc).orElse(null));
    fields.put("fpr_at_95_tpr", openSet.map(OpenSetMetrics::fprAt95Tpr).orElse(null));
    fields.put("oscr", openSet.map(OpenSetMetrics::oscr).orElse(null));
    fields.put("h_score", openSet.map(OpenSetMetrics::hScore).orElse(null));
    result
        .guardActions()
        .ifPresent(
            actions ->
                fields.put(
                    "guard_actions", actions.stream().map(BacktestCommand::guardAction).toList()));
    return fields;
  }

  private static Map<String, Object> guardAction(PlacedAction placed) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("position", placed.position());
    fields.put("guard", placed.action().guard().label());
    fields.put("action", placed.action().response().label());
    fields.put("value", placed.action().value());
    fields.put("threshold", placed.action().threshold());
    return fields;
  }

  private static String table(Recipe recipe, BacktestResult result) {
    TextTable table = new TextTable("", recipe.expression(), "source");
    table.row("error", percent(result.errorRate()), percent(result.sourceErrorRate()));
    if (result.meanCost() != null) {
      table.row("mean cost", cost(result.meanCost()), cost(result.sourceMeanCost()));
    }
    table.row("samples", Integer.toString(result.samples()), "");
    table.row("samples/s in steps", "%.0f".formatted(result.samplesPerSecond()), "");
    if (result.acceptedRatio() != null) {
      table.row("accepted samples", percent(result.acceptedRatio()), "");
    }
    table.row("optimiser steps", Long.toString(result.updates()), "");
    table.row("skipped batches", Long.toString(result.skipped()), "");
    table.row("resets", Long.toString(result.resets()), "");
    result
        .guardActions()
        .ifPresent(
            actions -> {
              table.row("guard actions", Integer.toString(actions.size()), "");
              actions.forEach(placed -> table.row("at " + placed.position(), told(placed), ""));
            });
    result
        .openSet()
        .ifPresent(
            openSet -> {
              table.row("AUROC, known and unknown", percent(openSet.auroc()), "");
              table.row("FPR at 95 % TPR", percent(openSet.fprAt95Tpr()), "");
              table.row("OSCR", percent(openSet.oscr()), "");
              table.row("H-score", percent(openSet.hScore()), "");
            });
    if (result.recallPerClass() != null) {
      for (int label = 0; label < result.recallPerClass().size(); label++) {
        table.row("recall of class " + label, percent(result.recallPerClass().get(label)), "");
      }
    }
    return table.toString();
  }

  private static String told(PlacedAction placed) {
    return "%s: %s (%.3f)"
        .formatted(
            placed.action().guard().label(),
            placed.action().response().label(),
            placed.action().value());
  }

  private static String cost(double mean) {
    return "%.4f".formatted(mean);
  }

  private static String percent(Double share) {
    return share == null ? "-" : "%.2f %%".formatted(100 * share);
  }
}
