package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.evenkeel.adapters.runtime.Provider;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
  @Test
  void withoutAGpuCudaEndsWithOneLineAndMeasuresNothing() {
    assumeThat(hasCuda()).isFalse();
    CommandRun run = CommandRun.of("bench", "--provider", "cuda");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("evenkeel: Nothing was measured: ")
        .contains("CUDA does not work here")
        .contains("build with -Pgpu");
  }

  @Test
  void figuresAreOfOneProviderThatIsNamed() {
    CommandRun run = CommandRun.of("bench", "--provider", "auto");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("'auto'").contains("cpu or cuda");
  }

  private static boolean hasCuda() {
    try {
      SmallestModel.run(Provider.CUDA);
      return true;
    } catch (LinkageError | RuntimeException e) {
      return false;
    }
  }
}
