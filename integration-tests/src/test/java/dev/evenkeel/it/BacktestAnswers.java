package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.Softmax;
import dev.evenkeel.jobs.cli.Main;
import dev.evenkeel.v1.Prediction;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The answers of {@code backtest} to the samples of a stream: the job must give the same. */
final class BacktestAnswers {
  private static final float TOLERANCE = 1e-5f;

  private final FloatBuffer logits;
  private final int samples;
  private final int classes;

  private BacktestAnswers(Tensor logits) {
    this.logits = FloatBuffer.wrap(logits.toFloats());
    samples = Math.toIntExact(logits.shape().dimension(0));
    classes = Math.toIntExact(logits.shape().dimension(1));
  }

  /**
   * Runs the command.
   *
   * @param directory where the images lie unpacked
   * @param samples the first so many positions of a stream
   */
  static BacktestAnswers of(Path directory, Fashion fashion, String recipe, int samples)
      throws IOException, InterruptedException {
    Path order = directory.resolve("order.npy");
    Path logits = directory.resolve("logits.npy");
    long[] images = LongStream.range(0, samples).map(i -> i % fashion.size()).toArray();
    Npy.write(order, Tensor.ofLongs(Shape.of(samples), images));
    List<String> arguments =
        List.of(
            "backtest",
            "--model",
            fashion.model().toString(),
            "--inputs",
            directory.resolve("fashion-images.npy").toString(),
            "--order",
            order.toString(),
            "--recipe",
            recipe,
            "--set",
            "guards.enabled=true",
            "--batch-size",
            Integer.toString(JobFile.BATCH_SIZE),
            "--logits-out",
            logits.toString());
    try (ChildJvm process =
        ChildJvm.start(
            directory,
            "backtest",
            System.getProperty("java.class.path"),
            Map.of(),
            Main.class.getName(),
            arguments)) {
      process.output();
    }
    return new BacktestAnswers(Npy.read(logits));
  }

  /** The stream's answers are these, one by one. */
  void assertSame(List<Prediction> stream) {
    assertThat(stream).hasSize(samples);
    for (int n = 0; n < samples; n++) {
      Prediction answer = stream.get(n);
      int row = n * classes;
      double total = Softmax.logSumExp(logits, row, classes);
      assertThat(answer.getLabel())
          .as("sample %d", n)
          .isEqualTo(Softmax.argmax(logits, row, classes));
      for (int k = 0; k < classes; k++) {
        assertThat(answer.getProbabilities().get(k))
            .as("sample %d, class %d", n, k)
            .isCloseTo((float) Math.exp(logits.get(row + k) - total), within(TOLERANCE));
      }
    }
  }
}
