package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A model, and labelled samples of what it was trained for. */
final class SourceSamples {
  @Option(names = "--model", paramLabel = "M.onnx", required = true, description = "The model.")
  private Path model;

  @Option(
      names = "--inputs",
      paramLabel = "X.npy",
      required = true,
      arity = "1..*",
      description =
          "Source samples [n, ...], uint8 or float32, as in backtest; 200 of each class will do.")
  private List<Path> inputs;

  @Option(
      names = "--labels",
      paramLabel = "Y.npy",
      required = true,
      arity = "1..*",
      description = "True classes [n], integer; samples with -1 are left out.")
  private List<Path> labels;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "model.logits, where the model does not tell.")
  private Map<String, String> settings = Map.of();

  SourceModel model() throws IOException {
    return SourceModel.of(OnnxReader.read(model), settings);
  }

  /** The samples, which fit the model. */
  Recording of(SourceModel source) throws IOException {
    Recording recording = Recording.read(inputs, labels, Optional.empty());
    recording.requireFit(source.sampleShape());
    recording.requireFinite();
    recording.requireLabelsBelow(source.classes());
    return recording;
  }
}
