package dev.evenkeel.adapters.runtime;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.learning.Network;

/**
 * A program loaded into a runtime. Safe for use by several threads; closed only when no run is in
 * flight. One per process and program, shared through {@code SharedRuntimes}.
 */
public interface ProgramRuntime extends AutoCloseable {
  AdaptationProgram program();

  /** What runs it, for logs: provider and library version. */
  String description();

  /** Whether it runs on CUDA, which {@link Provider#AUTO} leaves open. */
  boolean usesCuda();

  /** A session for one thread. */
  AdaptationSession newSession();

  /** The program's network by itself, for one thread. */
  Network newNetwork();

  @Override
  void close();
}
