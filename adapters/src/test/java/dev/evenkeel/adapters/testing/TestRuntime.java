package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import java.util.Locale;

/**
 * What the tests that are tagged {@code cuda} run on: one CPU thread, or, in a build with {@code
 * -Pgpu}, CUDA. Where CUDA is asked for and does not work, they fail.
 */
public final class TestRuntime {
  private static final double CUDA_TOLERANCE = 1e-3;

  private TestRuntime() {}

  public static RuntimeOptions options() {
    return new RuntimeOptions(
        Provider.valueOf(System.getProperty("evenkeel.provider", "cpu").toUpperCase(Locale.ROOT)),
        1);
  }

  public static boolean isCuda() {
    return options().provider() == Provider.CUDA;
  }

  /** A tolerance on the CPU; on CUDA, whose sums have another order, at least 1e-3. */
  public static double tolerance(double onCpu) {
    return isCuda() ? Math.max(onCpu, CUDA_TOLERANCE) : onCpu;
  }
}
