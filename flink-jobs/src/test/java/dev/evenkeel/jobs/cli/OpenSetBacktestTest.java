package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.adapters.evaluation.OpenSetMetrics;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.onnx.rewrite.RestrictClasses;
import dev.evenkeel.adapters.testing.OpenSetByHand;
import dev.evenkeel.jobs.demo.data.Corruption;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.jobs.demo.data.OpenSetStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that never heard of bags and boots meets them, half of the time. */
class OpenSetBacktestTest {
  private static final int KNOWN = 8;

  @TempDir private Path directory;
  private OpenSetStream stream;
  private Path model;

  @BeforeEach
  void prepare() throws IOException {
    FashionData data = FashionData.unpack(directory);
    model = directory.resolve("eight-classes.onnx");
    Files.write(
        model,
        OnnxWriter.toBytes(
            RestrictClasses.apply(
                OnnxReader.read(data.model()), "logits", 0, 1, 2, 3, 4, 5, 6, 7)));
    stream =
        new OpenSetStream(
            data,
            List.of(0, 1, 2, 3, 4, 5, 6, 7),
            List.of(Corruption.PIXELATE, Corruption.GAUSSIAN_NOISE),
            256,
            2,
            2026);
    stream.write(directory.resolve("x.npy"), directory.resolve("y.npy"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "unmix-tns"})
  void ratesHowUnknownClassesAreToldFromKnownOnes(String recipe) throws IOException {
    Path logits = directory.resolve("logits.npy");
    CommandRun run =
        CommandRun.of(
            "backtest",
            "--model",
            model,
            "--inputs",
            directory.resolve("x.npy"),
            "--labels",
            directory.resolve("y.npy"),
            "--recipe",
            recipe,
            "--batch-size",
            64,
            "--logits-out",
            logits,
            "--json");
    assertThat(run.err()).isEmpty();
    JsonNode result = run.json();
    OpenSetMetrics expected = byHand(Npy.read(logits).toFloats());
    assertThat(result.get("auroc").asDouble()).isCloseTo(expected.auroc(), within(1e-9));
    assertThat(result.get("fpr_at_95_tpr").asDouble())
        .isCloseTo(expected.fprAt95Tpr(), within(1e-9));
    assertThat(result.get("oscr").asDouble()).isCloseTo(expected.oscr(), within(1e-9));
    assertThat(result.get("h_score").asDouble()).isCloseTo(expected.hScore(), within(1e-9));
    assertThat(expected.auroc()).isBetween(0.5, 1.0);
    double accuracy = 1 - result.get("error_rate").asDouble();
    assertThat(accuracy).isGreaterThan(1.0 / KNOWN);
    assertThat(expected.oscr()).isLessThanOrEqualTo(Math.min(accuracy, expected.auroc()));
  }

  private OpenSetMetrics byHand(float[] logits) {
    int size = stream.size();
    double[] scores = new double[size];
    boolean[] known = new boolean[size];
    boolean[] right = new boolean[size];
    for (int i = 0; i < size; i++) {
      int best = 0;
      for (int label = 0; label < KNOWN; label++) {
        scores[i] += Math.exp(logits[i * KNOWN + label]);
        best = logits[i * KNOWN + label] > logits[i * KNOWN + best] ? label : best;
      }
      scores[i] = Math.log(scores[i]);
      known[i] = stream.label(i) >= 0;
      right[i] = stream.label(i) == best;
    }
    return OpenSetByHand.of(scores, known, right);
  }
}
