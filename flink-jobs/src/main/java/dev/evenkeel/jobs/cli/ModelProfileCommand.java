package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.profile.SourceProfile.LayerStatistics;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the source profile that label-shift correction and drift metrics need. */
@Command(
    name = "profile",
    sortOptions = false,
    description =
        "Measures on labelled source samples that the model was not trained on what it answers"
            + " there: class shares, confusion, calibration, confidence. For recipes with"
            + " labelshift.source-profile.")
final class ModelProfileCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private SourceSamples samples;

  @Option(names = "--out", paramLabel = "P.json", required = true, description = "Written there.")
  private Path out;

  @Option(
      names = "--hold-out",
      paramLabel = "N",
      description =
          "Keep so many of the samples, spread over the classes, beside the profile in"
              + " P.hold-out.npz: features, logits and labels, for labelshift.hold-out; at most"
              + " 10000, and 500 will do. Default: none.")
  private int holdOut;

  @Option(
      names = "--hold-out-inputs",
      description = "Keep the samples themselves there too, for labelshift.refresh-every.")
  private boolean holdOutInputs;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (holdOut < 0 || holdOut > HoldOutCollector.MOST || (holdOutInputs && holdOut == 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "--hold-out is "
              + holdOut
              + ", expected 1 to "
              + HoldOutCollector.MOST
              + ", or nothing and no --hold-out-inputs");
    }
    SourceModel source = samples.model();
    Recording recording = samples.of(source);
    ProfileMeasurement measurement = new ProfileMeasurement(source.classes());
    HoldOutCollector kept = new HoldOutCollector(recording, holdOut);
    SourceAnswers.forEach(
        source,
        recording,
        (logits, features, label) -> {
          measurement.add(logits, features, label);
          kept.add(logits, features, label);
        });
    SourceProfile profile = measurement.measure(source.digest(), layers(source));
    SourceProfileJson.write(out, profile);
    Optional<Path> beside = Optional.empty();
    if (holdOut > 0) {
      beside = Optional.of(HoldOutCollector.beside(out));
      kept.collected(source.digest(), SourceProfileJson.digest(out), holdOutInputs)
          .write(beside.get());
    }
    report(profile, beside);
    return 0;
  }

  private static List<LayerStatistics> layers(SourceModel source) {
    return NormalizationLayers.find(source.model()).replaceable().stream()
        .map(
            layer ->
                new LayerStatistics(
                    layer.node().label(), layer.mean().toFloats(), layer.variance().toFloats()))
        .toList();
  }

  private void report(SourceProfile profile, Optional<Path> beside) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("out", out.toString());
    beside.ifPresent(file -> fields.put("hold_out", file.toString()));
    fields.put("samples", profile.samples());
    fields.put("accuracy", profile.accuracy());
    fields.put("temperature", profile.calibration().temperature());
    fields.put("negative_log_likelihood", profile.negativeLogLikelihood());
    fields.put("uncalibrated_negative_log_likelihood", profile.uncalibratedNegativeLogLikelihood());
    spec.commandLine().getOut().println(json ? Json.line(fields) : text(profile, beside));
    for (int label = 0; label < profile.classes(); label++) {
      if (profile.prior()[label] == 0) {
        spec.commandLine()
            .getErr()
            .println(
                "evenkeel: class "
                    + label
                    + " has no sample; its share can be neither estimated nor corrected");
      }
    }
  }

  private String text(SourceProfile profile, Optional<Path> beside) {
    return ("Wrote the profile of %d samples to %s: accuracy %.2f %%, temperature %.3f, negative"
                + " log-likelihood %.4f (%.4f uncalibrated). Use it as drift.source-profile,"
                + " --source-profile or labelshift.source-profile")
            .formatted(
                profile.samples(),
                out,
                100 * profile.accuracy(),
                profile.calibration().temperature(),
                profile.negativeLogLikelihood(),
                profile.uncalibratedNegativeLogLikelihood())
        + beside
            .map(
                file ->
                    "\nWrote labelled samples to " + file + "; use them with labelshift.hold-out")
            .orElse("");
  }
}
