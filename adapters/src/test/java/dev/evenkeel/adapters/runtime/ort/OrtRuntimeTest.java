package dev.evenkeel.adapters.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.TestRuntime;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cuda")
class OrtRuntimeTest {
  private final RandomTensors random = RandomTensors.seeded();
  private final AdaptationProgram program =
      AdaptationProgram.compile(
          TinyNet.random(random, 2, 3, 5).source(), Recipe.parse("unmix-tns", Map.of()), 1);
  private final Tensor samples = random.normal(4, 3, 3, 3);

  @Test
  void cudaThatIsNotThereIsRefusedWithWhatToDo() {
    Assumptions.assumeFalse(TestRuntime.isCuda());
    assertThatIllegalStateException()
        .isThrownBy(() -> OrtRuntime.open(program, new RuntimeOptions(Provider.CUDA, 1)))
        .withMessageContaining("runtime.provider is cuda")
        .withMessageContaining("auto or cpu");
  }

  @Test
  void autoRunsEverywhere() {
    try (OrtRuntime runtime = OrtRuntime.open(program, new RuntimeOptions(Provider.AUTO, 1))) {
      assertThat(runtime.description()).endsWith(TestRuntime.isCuda() ? "CUDA" : "CPU");
      stepOnce(runtime);
    }
  }

  @Test
  void opensAndClosesManyTimes() {
    for (int i = 0; i < 200; i++) {
      try (OrtRuntime runtime = OrtRuntime.open(program, TestRuntime.options())) {
        stepOnce(runtime);
      }
    }
  }

  @Test
  void threadsThatStepWhileTheRuntimeClosesEndWithAnException() throws Exception {
    int threads = 3;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      OrtRuntime runtime = OrtRuntime.open(program, TestRuntime.options());
      CountDownLatch stepping = new CountDownLatch(threads);
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        ends.add(pool.submit(() -> stepForever(runtime, stepping)));
      }
      assertThat(stepping.await(30, TimeUnit.SECONDS)).isTrue();
      runtime.close();
      for (Future<?> end : ends) {
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(() -> end.get(30, TimeUnit.SECONDS))
            .withCauseInstanceOf(IllegalStateException.class)
            .withMessageContaining("closed");
      }
      runtime.close();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void refusesAStateOfAnotherProgram() {
    StateDict other =
        StateDict.of(
            Map.of(
                "norm.means", Tensor.ofFloats(Shape.of(1, 8), new float[8]),
                "norm.variances", Tensor.ofFloats(Shape.of(1, 8), new float[8])));
    StateDict doubles =
        StateDict.of(
            Map.of(
                "norm.means", Tensor.ofDoubles(Shape.of(16, 8), new double[128]),
                "norm.variances", Tensor.ofFloats(Shape.of(16, 8), new float[128])));
    try (Steps steps = new Steps(program)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> steps.restore(other))
          .withMessageContaining("[16, 8]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> steps.restore(doubles))
          .withMessageContaining("FLOAT64");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> steps.restore(StateDict.EMPTY))
          .withMessageContaining("norm.means");
    }
  }

  private void stepForever(OrtRuntime runtime, CountDownLatch stepping) {
    try (AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      batch.addFloat32(Steps.sample(samples, 0));
      while (!Thread.currentThread().isInterrupted()) {
        session.step(state, batch, true);
        stepping.countDown();
      }
    }
  }

  private void stepOnce(OrtRuntime runtime) {
    try (AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      batch.addFloat32(Steps.sample(samples, 0));
      session.step(state, batch, false);
      assertThat(state.steps()).isEqualTo(1);
    }
  }
}
