package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      names = "--labels",
      paramLabel = "Y.npy",
      required = true,
      arity = "1..*",
      description = "True classes [n], integer; samples with -1 are left out.")
  private List<Path> labels;

  @Option(names = "--out", paramLabel = "P.json", required = true, description = "Written there.")
  private Path out;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "model.logits, where the model does not tell.")
  private Map<String, String> settings = Map.of();

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    SourceModel source = SourceModel.of(OnnxReader.read(model), settings);
    Recording recording = Recording.read(inputs, labels, Optional.empty());
    recording.requireFit(source.sampleShape());
    recording.requireFinite();
    recording.requireLabelsBelow(source.classes());
    ProfileMeasurement measurement = new ProfileMeasurement(source.classes());
    SourceAnswers.forEach(source, recording, measurement::add);
    SourceProfile profile = measurement.measure(source.digest(), layers(source));
    SourceProfileJson.write(out, profile);
    report(profile);
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

  private void report(SourceProfile profile) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("out", out.toString());
    fields.put("samples", profile.samples());
    fields.put("accuracy", profile.accuracy());
    fields.put("temperature", profile.calibration().temperature());
    fields.put("negative_log_likelihood", profile.negativeLogLikelihood());
    fields.put("uncalibrated_negative_log_likelihood", profile.uncalibratedNegativeLogLikelihood());
    spec.commandLine().getOut().println(json ? Json.line(fields) : text(profile));
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

  private String text(SourceProfile profile) {
    return ("Wrote the profile of %d samples to %s: accuracy %.2f %%, temperature %.3f, negative"
            + " log-likelihood %.4f (%.4f uncalibrated). Use it with --source-profile or"
            + " labelshift.source-profile")
        .formatted(
            profile.samples(),
            out,
            100 * profile.accuracy(),
            profile.calibration().temperature(),
            profile.negativeLogLikelihood(),
            profile.uncalibratedNegativeLogLikelihood());
  }
}
