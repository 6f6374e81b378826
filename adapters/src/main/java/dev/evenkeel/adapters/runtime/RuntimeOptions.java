package dev.evenkeel.adapters.runtime;

/**
 * How ONNX Runtime runs a program.
 *
 * @param provider execution provider
 * @param threads threads inside one operator, at least 1; 1 is best when several subtasks share a
 *     machine
 */
public record RuntimeOptions(Provider provider, int threads) {
  public static final RuntimeOptions CPU_SINGLE_THREAD = new RuntimeOptions(Provider.CPU, 1);

  public RuntimeOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("runtime.threads is " + threads + ", expected at least 1");
    }
  }
}
