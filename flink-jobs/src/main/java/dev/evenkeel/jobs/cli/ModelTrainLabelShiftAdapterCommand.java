package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.labelshift.adapter.AdapterFile;
import dev.evenkeel.adapters.labelshift.adapter.AdapterTraining;
import dev.evenkeel.adapters.labelshift.adapter.Conditioning;
import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a Label Shift Adapter. */
@Command(
    name = "train-label-shift-adapter",
    sortOptions = false,
    description =
        "Trains on labelled source samples a small network that bends the model's head to a label"
            + " distribution, for the recipe 'label-shift-adapter'. The model stays as it is.")
final class ModelTrainLabelShiftAdapterCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private SourceSamples samples;

  @Option(names = "--out", paramLabel = "A.npz", required = true, description = "Written there.")
  private Path out;

  @Option(
      names = "--conditioning",
      paramLabel = "scalar|vector",
      defaultValue = "vector",
      description =
          "What the network reads: the degree of imbalance, for long-tailed sources, or the share"
              + " of every class. Default: ${DEFAULT-VALUE}.")
  private String conditioning;

  @Option(
      names = "--rank",
      paramLabel = "R",
      defaultValue = "4",
      description = "Rank of the change of the head. Default: ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      defaultValue = "50",
      description = "Passes over the samples. Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Of everything random. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Conditioning kind = conditioning();
    if (rank < 1 || epochs < 0) {
      throw usage(
          "--rank is " + rank + " and --epochs is " + epochs + ", expected at least 1 and 0");
    }
    SourceModel source = samples.model();
    LinearHead head = head(source);
    Recording recording = samples.of(source);
    List<float[]> features = new ArrayList<>();
    List<Integer> truth = new ArrayList<>();
    SourceAnswers.forEach(
        source,
        recording,
        (logits, row, label) -> {
          features.add(row);
          truth.add(label);
        });
    AdapterTraining.Trained trained = train(head, kind, features, truth);
    new AdapterFile(source.digest(), trained.adapter()).write(out);
    report(trained, truth.size());
    return 0;
  }

  private static LinearHead head(SourceModel source) {
    try {
      return LinearHead.of(source.model().graph(), source.logits(), source.classes());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage());
    }
  }

  private AdapterTraining.Trained train(
      LinearHead head, Conditioning kind, List<float[]> features, List<Integer> truth) {
    try {
      AdapterTraining training =
          new AdapterTraining(
              head,
              features.toArray(float[][]::new),
              truth.stream().mapToInt(Integer::intValue).toArray());
      return training.train(kind, rank, epochs, seed, this::show);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage());
    }
  }

  private Conditioning conditioning() {
    for (Conditioning kind : Conditioning.values()) {
      if (kind.toString().equals(conditioning.toLowerCase(Locale.ROOT))) {
        return kind;
      }
    }
    throw usage("--conditioning is '" + conditioning + "', expected scalar or vector");
  }

  private void show(AdapterTraining.Progress progress) {
    spec.commandLine()
        .getErr()
        .printf(
            Locale.ROOT,
            "evenkeel: epoch %d of %d, held-out loss %.4f, best %.4f, prior correction %.4f%n",
            progress.epoch(),
            progress.epochs(),
            progress.loss(),
            progress.best(),
            progress.untrained());
  }

  private void report(AdapterTraining.Trained trained, int samples) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("out", out.toString());
    fields.put("samples", samples);
    fields.put("parameters", trained.adapter().parameters().length);
    fields.put("held_out_loss", trained.loss());
    fields.put("prior_correction_loss", trained.untrained());
    fields.put("standard_error", trained.standardError());
    fields.put("better_than_prior_correction", trained.better());
    spec.commandLine().getOut().println(json ? Json.line(fields) : text(trained, samples));
  }

  private String text(AdapterTraining.Trained trained, int samples) {
    return String.format(
        Locale.ROOT,
        "%s from %d samples to %s: held-out loss over shifted priors %.4f, of prior correction %.4f,"
            + " standard error of the difference %.4f. Use it with --label-shift-adapter or"
            + " labelshift.adapter",
        trained.better()
            ? "Wrote an adapter"
            : "No epoch was better than prior correction beyond chance, so that was written,",
        samples,
        out,
        trained.loss(),
        trained.untrained(),
        trained.standardError());
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
