package dev.evenkeel.it;

import java.io.IOException;
import java.net.URI;

/** A server of another project that runs beside the tests, in a process or in a container. */
interface Companion extends AutoCloseable {
  /** Where it listens, with a slash at the end. */
  URI address();

  /**
   * @throws AssertionError with what it wrote if it has ended
   */
  void requireAlive();

  /** For the time being it does nothing, but forgets nothing. */
  void pause() throws IOException, InterruptedException;

  void resume() throws IOException, InterruptedException;

  @Override
  void close();
}
