package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shirts are protected from a learning rate that trades them away. */
class ProtectedClassTest {
  private static final int SHIRT = 6;
  private static final int CLASSES = 10;

  /** Eleven batches: two blocks of the guard, and three batches of the third. */
  private static final int MIDDLE = 704;

  /** The class is lost with the fourth block. */
  private static final int END = 1280;

  @TempDir private Path directory;
  private Path model;
  private Path images;
  private Path labels;
  private Path profile;

  @BeforeEach
  void unpack() throws IOException {
    model = CommandRun.fashion("models/fashion-resnet.onnx", directory);
    Path archive = CommandRun.fashion("calibration/source-images.npz", directory);
    images = directory.resolve("images.npy");
    Npy.write(images, Npz.read(archive).get("images"));
    labels = CommandRun.fashion("calibration/source-labels.npy", directory);
    profile = CommandRun.fashion("calibration/source-profile.json", directory);
  }

  @Test
  void aStreamThatLosesAProtectedClassStartsAgain() throws IOException {
    JsonNode without = backtest(0, END, 0.06);
    assertThat(without.get("resets").asInt()).isZero();
    JsonNode guarded = backtest(0, END, 0.06, guard());
    assertThat(guarded.get("resets").asInt()).isEqualTo(1);
    assertThat(shirts(guarded)).isGreaterThan(shirts(without) + 0.05);
    assertThat(guarded.get("error_rate").asDouble())
        .isLessThan(without.get("error_rate").asDouble());
  }

  @Test
  void aStreamThatLosesNoneIsLeftAlone() throws IOException {
    JsonNode mild = backtest(0, END, 0.001, guard());
    assertThat(mild.get("resets").asInt()).isZero();
  }

  @Test
  void goesOnInTheMiddleOfABlock() throws IOException {
    Path whole = directory.resolve("whole.npy");
    Path second = directory.resolve("second.npy");
    Path state = directory.resolve("state.npz");
    backtest(0, END, 0.06, guard("--logits-out", whole));
    JsonNode before = backtest(0, MIDDLE, 0.06, guard("--state-out", state));
    assertThat(before.get("resets").asInt()).as("the count is open").isZero();
    double[] open = Npz.read(state).get("buffer.class-guard").toDoubles();
    assertThat(open[0]).as("samples of the open block").isEqualTo(MIDDLE % 256);
    JsonNode after =
        backtest(MIDDLE, END, 0.06, guard("--initial-state", state, "--logits-out", second));
    assertThat(after.get("resets").asInt()).isEqualTo(1);
    assertThat(Npy.read(second).toFloats())
        .containsExactly(
            Arrays.copyOfRange(Npy.read(whole).toFloats(), MIDDLE * CLASSES, END * CLASSES));
  }

  private static double shirts(JsonNode result) {
    return result.get("recall_per_class").get(SHIRT).asDouble();
  }

  private Object[] guard(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("--set", "decision.protected=" + SHIRT, "--source-profile", profile));
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  private JsonNode backtest(int from, int to, double learningRate, Object... more)
      throws IOException {
    Path order = directory.resolve("order-" + from + "-" + to + ".npy");
    Npy.write(order, Tensor.ofLongs(Shape.of(to - from), LongStream.range(from, to).toArray()));
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "backtest",
                "--model",
                model,
                "--inputs",
                images,
                "--labels",
                labels,
                "--order",
                order,
                "--recipe",
                "tent",
                "--set",
                "optimizer.learning-rate=" + learningRate,
                "--batch-size",
                64,
                "--json"));
    arguments.addAll(List.of(more));
    CommandRun run = CommandRun.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }
}
