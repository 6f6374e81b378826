package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.onnx.rewrite.Convolution;
import dev.evenkeel.adapters.onnx.rewrite.Convolutions;
import dev.evenkeel.adapters.onnx.rewrite.NamePattern;
import dev.evenkeel.adapters.onnx.rewrite.ReinsertFoldedNormalization;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts normalisation back into a model whose convolutions it was folded into. */
@Command(
    name = "prepare",
    sortOptions = false,
    description =
        "Puts batch normalisation back behind convolutions it was folded into, so that the model can"
            + " be adapted. Its answers stay the same.")
final class ModelPrepareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "M.onnx", required = true, description = "The model.")
  private Path model;

  @Option(
      names = "--calibration",
      paramLabel = "X.npy",
      required = true,
      arity = "1..*",
      description =
          "Samples [n, ...] of the training domain, without labels, uint8 (divided by 255 before the"
              + " model) or float32; some hundred are enough. Several files are concatenated.")
  private List<Path> calibration;

  @Option(
      names = "--out",
      paramLabel = "M2.onnx",
      required = true,
      description = "Where the prepared model is written to.")
  private Path out;

  @Option(
      names = "--layers",
      paramLabel = "PATTERN",
      split = ",",
      description =
          "Only convolutions of these names; * stands for any characters. Default: all that the"
              + " rule applies to.")
  private List<String> layers = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "PATTERN",
      split = ",",
      description = "But no convolutions of these names.")
  private List<String> excluded = List.of();

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "model.logits=NAME where the logits are not found.")
  private Map<String, String> settings = Map.of();

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "1",
      description = "Threads inside one operator. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (threads < 1) {
      throw usage("--threads is " + threads + ", expected at least 1");
    }
    SourceModel source = SourceModel.of(OnnxReader.read(model), settings);
    Convolutions convolutions = choose(Convolutions.find(source.model(), source.logits()));
    Recording samples = Recording.read(calibration, List.of(), Optional.empty());
    samples.requireFit(source.sampleShape());
    samples.requireFinite();
    Calibration measured = new Calibration(samples, threads);
    Model prepared =
        ReinsertFoldedNormalization.apply(
                source.model(), convolutions, measured.statistics(source, convolutions))
            .withMetadata("evenkeel.version", Version.text());
    double difference = measured.largestDifference(source, SourceModel.of(prepared, settings));
    Files.write(out, OnnxWriter.toBytes(prepared));
    spec.commandLine()
        .getOut()
        .println(
            json
                ? Json.line(fields(convolutions, samples.size(), difference))
                : text(convolutions, samples.size(), difference));
    return 0;
  }

  private Convolutions choose(Convolutions found) {
    List<NamePattern> wanted = layers.stream().map(NamePattern::new).toList();
    List<NamePattern> unwanted = excluded.stream().map(NamePattern::new).toList();
    for (NamePattern pattern : wanted) {
      if (found.chosen().stream().noneMatch(convolution -> pattern.matches(convolution.name()))) {
        throw usage(
            "--layers "
                + pattern.text()
                + " matches no convolution that can be normalised; there are "
                + found.chosen().stream().map(Convolution::name).toList()
                + describeLeft(found));
      }
    }
    Convolutions chosen =
        found
            .keep(name -> wanted.isEmpty() || matchesAny(wanted, name), "--layers does not name it")
            .keep(name -> !matchesAny(unwanted, name), "--exclude names it");
    if (chosen.chosen().isEmpty()) {
      throw usage(
          model + " has no convolution to put a normalisation behind" + describeLeft(chosen));
    }
    return chosen;
  }

  private static boolean matchesAny(List<NamePattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(name));
  }

  private static String describeLeft(Convolutions convolutions) {
    return convolutions.left().stream()
        .map(left -> "; not " + left.name() + ": " + left.reason())
        .collect(Collectors.joining());
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Map<String, Object> fields(Convolutions convolutions, int samples, double difference) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", out.toString());
    fields.put("samples", samples);
    fields.put("channels", convolutions.totalChannels());
    fields.put("layers", convolutions.chosen().stream().map(Convolution::name).toList());
    fields.put(
        "left",
        convolutions.left().stream()
            .map(left -> Map.of("name", left.name(), "reason", left.reason()))
            .toList());
    fields.put("largest_logit_difference", difference);
    return fields;
  }

  private String text(Convolutions convolutions, int samples, double difference) {
    TextTable table = new TextTable("convolution", "channels", "normalised");
    convolutions
        .chosen()
        .forEach(chosen -> table.row(chosen.name(), Integer.toString(chosen.channels()), "yes"));
    convolutions.left().forEach(left -> table.row(left.name(), "", "no: " + left.reason()));
    return String.join(
        System.lineSeparator(),
        table.toString(),
        "",
        "%d layers with %d channels put back, statistics of %d samples; no logit of theirs changed by"
                .formatted(convolutions.chosen().size(), convolutions.totalChannels(), samples)
            + " more than %.1e.".formatted(difference),
        "Written to " + out);
  }
}
