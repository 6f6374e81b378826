package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drift alarm sends the adaptation back to the source state. */
class AlarmResetTest {
  private static final int IMAGES = 2000;

  @TempDir private Path directory;
  private Path model;
  private Path images;
  private Path dimmed;
  private Path labels;
  private Path profile;

  @BeforeEach
  void unpack() throws IOException {
    model = CommandRun.fashion("models/fashion-resnet.onnx", directory);
    Path archive = CommandRun.fashion("calibration/source-images.npz", directory);
    Tensor clean = Npz.read(archive).get("images");
    images = directory.resolve("images.npy");
    Npy.write(images, clean);
    dimmed = directory.resolve("dimmed.npy");
    ByteBuffer pixels = clean.bytes();
    byte[] dim = new byte[pixels.remaining()];
    for (int i = 0; i < dim.length; i++) {
      dim[i] = (byte) (100 + Byte.toUnsignedInt(pixels.get(i)) / 4);
    }
    Npy.write(dimmed, Tensor.ofBytes(clean.shape(), dim));
    labels = CommandRun.fashion("calibration/source-labels.npy", directory);
    profile = CommandRun.fashion("calibration/source-profile.json", directory);
  }

  @Test
  void resetsWhereTheDomainChangesAndOnlyThere() throws IOException {
    CommandRun quiet = backtest(order(0, 2000), "tent", "covariate-shift");
    assertThat(quiet.exitCode()).as(quiet.err()).isZero();
    assertThat(quiet.json().get("resets").asInt()).isZero();
    for (String recipe : List.of("tent", "ema-bn", "rotta", "batch-norm+prior-correction")) {
      CommandRun shifted = backtest(order(0, 1024, 2000, 3500), recipe, "covariate-shift");
      assertThat(shifted.exitCode()).as(shifted.err()).isZero();
      assertThat(shifted.json().get("resets").asInt()).as(recipe).isPositive();
    }
  }

  @Test
  void theOrderOfClassesIsNoCovariateShift() throws IOException {
    long[] truth = Npy.read(labels).toLongs();
    long[] sorted =
        IntStream.range(0, IMAGES)
            .boxed()
            .sorted(Comparator.comparing(i -> truth[i]))
            .mapToLong(i -> i)
            .toArray();
    Path order = directory.resolve("sorted.npy");
    Npy.write(order, Tensor.ofLongs(Shape.of(IMAGES), sorted));
    CommandRun run = backtest(order, "ema-bn", "covariate-shift");
    assertThat(run.json().get("resets").asInt()).isZero();
  }

  @Test
  void goesOnFromAStateInTheMiddleOfABlock() throws IOException {
    Path whole = directory.resolve("whole.npy");
    Path second = directory.resolve("second.npy");
    Path state = directory.resolve("state.npz");
    CommandRun at = backtest(order(0, 448, 2000, 2704), "tent", "any", "--logits-out", whole);
    assertThat(at.json().get("resets").asInt()).isPositive();
    backtest(order(0, 448), "tent", "any", "--state-out", state);
    backtest(order(2000, 2704), "tent", "any", "--initial-state", state, "--logits-out", second);
    float[] expected = Npy.read(whole).toFloats();
    float[] found = Npy.read(second).toFloats();
    assertThat(found)
        .containsExactly(
            Arrays.copyOfRange(expected, expected.length - found.length, expected.length));
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    CommandRun withoutProfile =
        CommandRun.of(
            "backtest",
            "--model",
            model,
            "--inputs",
            images,
            "--recipe",
            "tent",
            "--set",
            "reset.on-alarm=any",
            "--batch-size",
            64);
    assertThat(withoutProfile.exitCode()).isEqualTo(2);
    assertThat(withoutProfile.err()).contains("labelshift.source-profile", "model profile");
    CommandRun nothing =
        CommandRun.of(
            "backtest",
            "--model",
            model,
            "--inputs",
            images,
            "--recipe",
            "source",
            "--set",
            "reset.on-alarm=any",
            "--batch-size",
            64);
    assertThat(nothing.exitCode()).isEqualTo(2);
    assertThat(nothing.err()).contains("reset.on-alarm is not used by recipe 'source'");
  }

  /** Rows from ranges of the clean images and, from 2000 on, the dimmed ones. */
  private Path order(int... ranges) throws IOException {
    List<Long> rows = new ArrayList<>();
    for (int i = 0; i < ranges.length; i += 2) {
      for (long row = ranges[i]; row < ranges[i + 1]; row++) {
        rows.add(row);
      }
    }
    Path order = directory.resolve("order-" + Arrays.toString(ranges).hashCode() + ".npy");
    Npy.write(
        order,
        Tensor.ofLongs(Shape.of(rows.size()), rows.stream().mapToLong(Long::longValue).toArray()));
    return order;
  }

  private CommandRun backtest(Path order, String recipe, String alarm, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "backtest",
                "--model",
                model,
                "--inputs",
                images,
                "--inputs",
                dimmed,
                "--order",
                order,
                "--recipe",
                recipe,
                "--set",
                "reset.on-alarm=" + alarm,
                "--source-profile",
                profile,
                "--batch-size",
                64,
                "--json"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }
}
